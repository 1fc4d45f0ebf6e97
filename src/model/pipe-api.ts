/*
 * What the library's streams (streams.source.ts) ask of the platform, by name. Pipes into sockets are in pipes.ts, response
 * bodies in bodies.ts; here is the rest: the state of a socket's streams, and the waits of the streams that the platform
 * makes for handlers, IdentityTransformStream and its like, whose writes are gated like a socket's (SK8; 2.4 row 16).
 */

import type { ActorId, CallId, RequestId, SocketId } from "../base/ids.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerStuck, HandlerThrow, isRef } from "../handler/host.ts";
import { endBody, failBody, writeBody } from "./bodies.ts";
import { chunkOf } from "./chunk.ts";
import type { Draft } from "./draft.ts";
import { passGate, waitAtGate } from "./gate.ts";
import { beginPipe, endSink, finishPipe, queuePump, writeChunk } from "./pipes.ts";
import type { Output } from "./records.ts";
import { endRequestBody, failRequestBody, writeRequestBody } from "./request-body.ts";
import { errorOfWritable } from "./writable.ts";

/** Calls one of the functions that only the library knows; null when there is none of that name. */
export function callPipe(
  d: Draft,
  actorId: ActorId,
  name: string,
  args: readonly Value[],
): { readonly value: Value } | null {
  const value = call(d, actorId, name, args);
  return value === NO_SUCH ? null : { value };
}

const NO_SUCH = Symbol("no such function");

function call(d: Draft, actorId: ActorId, name: string, args: readonly Value[]): Value | typeof NO_SUCH {
  const js = d.js();
  const [first, second, third] = args;
  const id = (): SocketId => (js.asHost(first)?.id ?? 0) as SocketId;
  switch (name) {
    case "depends":
      return d.actor(actorId).confirmed.length;
    case "gate:write": {
      const chunk = chunkOf(d, first);
      if (typeof chunk === "string") throw new HandlerThrow(js.newError("TypeError", chunk));
      const { bytes } = chunk;
      const gate = bytes === 0 ? undefined : waitFor(d, actorId, { type: "transform", what: "write", bytes });
      const copy = typeof first === "string" ? encodeUtf8(first) : (js.asBytes(first) ?? []);
      return js.newArray([js.newBytes(copy), gate]);
    }
    case "gate:end":
      return waitFor(d, actorId, { type: "transform", what: "end", bytes: 0 });
    case "gate:pipe":
      return waitFor(d, actorId, { type: "transform", what: "pipe", bytes: 0 });
    case "pipe:state":
      return streamState(d, first);
    case "pipe:detach":
      d.patchSocket(id(), { isDetached: true });
      return undefined;
    case "pipe:begin":
      return beginPipe(d, id());
    case "pipe:pump": {
      const option = (key: string) => isRef(third ?? null) && js.getProperty(third as Ref, key) === true;
      return queuePump(d, (js.asHost(second)?.id ?? 0) as SocketId, {
        from: id(),
        preventClose: option("preventClose"),
        preventAbort: option("preventAbort"),
        preventCancel: option("preventCancel"),
      });
    }
    case "pipe:write":
      return writeChunk(d, id(), second, Number(third));
    case "pipe:end":
      return endSink(d, id(), Number(second));
    case "pipe:finish": {
      const outcome = second === "leave" || second === "close" || second === "closed" ? second : "abort";
      finishPipe(d, id(), outcome, third);
      return undefined;
    }
    case "request:write":
      return writeRequestBody(d, first as CallId, second, Number(third));
    case "request:end":
      endRequestBody(d, first as CallId);
      return undefined;
    case "request:fail":
      failRequestBody(d, first as CallId);
      return undefined;
    case "response:write":
      return writeBody(d, first as RequestId, second, Number(third));
    case "response:end":
      endBody(d, first as RequestId);
      return undefined;
    case "response:fail":
      failBody(d, first as RequestId);
      return undefined;
    default:
      return NO_SUCH;
  }
}

/** The state of a socket's readable or writable, and what it failed with. */
function streamState(d: Draft, stream: Value): Ref {
  const js = d.js();
  const host = js.asHost(stream);
  const socket = d.socket((host?.id ?? 0) as SocketId);
  if (host?.type === "ReadableStream") {
    const state = socket.readable === "open" || socket.readable === "errored" ? socket.readable : "closed";
    return js.newObject({ state, error: js.newError("Error", socket.readableError) });
  }
  if (socket.isClosing)
    throw new HandlerStuck(
      "A pipe into a socket that is closing is not modelled: pipe before close().",
      js.line,
      null,
    );
  const state = socket.closeAsked && socket.writable === "open" ? "closing" : socket.writable;
  return js.newObject({ state, error: errorOfWritable(d, socket.id) });
}

/** A write into a transform stream of the platform's, or its end, waits for the locks there are now. */
function waitFor(d: Draft, actorId: ActorId, output: Output & { readonly type: "transform" }): Ref {
  const promise = d.js().newPromise();
  waitAtGate(d, actorId, {
    output,
    layer: "js",
    writes: d.actor(actorId).confirmed,
    task: {
      type: "js",
      actor: actorId,
      section: d.section,
      entry: { type: "transform-goes-on", promiseRef: promise.ref },
      cause: d.cause,
    },
    idleTurns: d.design.idleWriteTurns,
  });
  return promise;
}

/** The gate has let a write into a transform stream through. The promise is an address on the heap of its object. */
export function transformGoesOn(d: Draft, actorId: ActorId, promiseRef: number): void {
  const waiter = d.s.waiters.findLast(
    ({ actor, task }) =>
      actor === actorId &&
      task.type === "js" &&
      task.entry.type === "transform-goes-on" &&
      task.entry.promiseRef === promiseRef,
  );
  if (waiter !== undefined) passGate(d, waiter.id, waiter.output, [], waiter.actor);
}
