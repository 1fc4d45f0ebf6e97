/*
 * Responses whose body is a stream: the headers leave when the gate lets the response through (2.4 row 3); after that the
 * body is read in JavaScript and sent chunk by chunk, without another look at the gate (inferred from recordings of every
 * build: a chunk that was enqueued after a put leaves before its commit). What comes out of an IdentityTransformStream has waited when it
 * went in.
 */
import type { RequestId } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { chunkOf } from "./chunk.ts";
import type { Draft } from "./draft.ts";
import { passGate } from "./gate.ts";
import { runTurn } from "./object.ts";
import type { BodyPart } from "./state.ts";

/** KJ turns from a chunk that is sent to the next read (inferred: a commit of the turn that made the chunk comes first). */
const CHUNK_TURNS = 2;

/** The headers have left: the body follows. */
export function startBody(d: Draft, id: RequestId): void {
  const { actor, bodyRef } = d.request(id);
  if (actor === null) return;
  runTurn(d, actor, `the body of the response to request ${id}`, (js) =>
    js.sendBody({ ref: bodyRef }, "response", id),
  );
}

function sendPart(d: Draft, id: RequestId, type: BodyPart["type"], text = "", bytes = 0): void {
  const { parts } = d.request(id);
  const dueAt = ms(d.s.now + d.world.oneWayMs);
  d.patchRequest(id, {
    parts: [...parts, { type, text, bytes, dueAt, cause: d.cause }],
    ...(type === "chunk" ? {} : { state: "sent" as const }),
  });
}

/** A chunk of the body leaves; gives the promise that the next one is wanted, or undefined when the client has left. */
export function writeBody(d: Draft, id: RequestId, chunk: Value, depends: number): Ref | undefined {
  const js = d.js();
  const { actor, body, state, cause } = d.request(id);
  const part = chunkOf(d, chunk);
  if (actor === null || state !== "streaming") return undefined;
  if (typeof part === "string") {
    failBody(d, id);
    return undefined;
  }
  const promise = js.newPromise();
  if (part.bytes > 0) {
    const { bytes, text } = part;
    const writes = d.actor(actor).confirmed.slice(0, depends);
    const before = d.cause;
    passGate(d, null, { type: "body-chunk", request: id, bytes, text }, writes, actor);
    const event = { type: "body-sent", request: id, bytes, text } as const;
    d.cause = d.emit({ kind: "outside", event }, { actor });
    d.patchRequest(id, { body: body + text });
    sendPart(d, id, "chunk", text, bytes);
    d.cause = before;
  }
  const entry = { type: "taken", what: `the body of request ${id}`, promiseRef: promise.ref } as const;
  d.armBreadthFirst({ type: "js", actor, section: 0, entry, cause }, CHUNK_TURNS);
  return promise;
}

/** The body has ended. */
export function endBody(d: Draft, id: RequestId): void {
  const { actor, state } = d.request(id);
  if (actor === null || state !== "streaming") return;
  const before = d.cause;
  d.cause = d.emit({ kind: "outside", event: { type: "body-end-sent", request: id } }, { actor });
  sendPart(d, id, "end");
  d.cause = before;
}

/** The body fails. */
export function failBody(d: Draft, id: RequestId): void {
  if (d.design.failedBody === "ends") return endBody(d, id);
  cutBody(d, id);
}

/** The connection to the client is cut. */
export function cutBody(d: Draft, id: RequestId): void {
  const { actor, state } = d.request(id);
  if (actor === null || state !== "streaming") return;
  const before = d.cause;
  d.cause = d.emit({ kind: "outside", event: { type: "body-cut", request: id } }, { actor });
  sendPart(d, id, "cut");
  d.cause = before;
}

/** The next part of a body reaches the client. Gives whether it was the last, and the response is complete. */
export function bodyArrives(d: Draft, id: RequestId): "more" | "complete" | "broken" {
  const [part, ...parts] = d.request(id).parts;
  if (part === undefined) return "more";
  d.patchRequest(id, { parts });
  const emit = (type: "body-ends" | "body-breaks") =>
    d.emit({ kind: "outside", event: { type, request: id } }, { cause: part.cause, actor: null });
  switch (part.type) {
    case "chunk": {
      const event = { type: "body-received", request: id, bytes: part.bytes, text: part.text } as const;
      d.emit({ kind: "outside", event }, { cause: part.cause, actor: null });
      return "more";
    }
    case "end":
      emit("body-ends");
      return "complete";
    case "cut":
      emit("body-breaks");
      return "broken";
  }
}
