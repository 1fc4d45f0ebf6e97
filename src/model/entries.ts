/*
 * What enters JavaScript: one turn for each event that the input gate lets in (MODEL 8.2, `js.turn`).
 */
import { mustGet, unreachable } from "../base/assert.ts";
import type { ActorId } from "../base/ids.ts";
import type { Machine, Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import { rejectCall, settleBody, settleCall } from "./call-entries.ts";
import { callPasses } from "./calls.ts";
import type { Draft } from "./draft.ts";
import { beginSection, endSection, releaseInputGate } from "./input-gate.ts";
import { tearDown } from "./network.ts";
import { runTurn } from "./object.ts";
import { transformGoesOn } from "./pipe-api.ts";
import { pumpDone } from "./pipes.ts";
import { failRead, readIsAnswered } from "./readable.ts";
import { readRequestBody } from "./request-body.ts";
import { callHandler, sendResponse } from "./requests.ts";
import { settleClosed, settleOpened } from "./settle.ts";
import { closeStreams, connectFailed, disconnected } from "./sockets.ts";
import type { Entry, PendingSync } from "./state.ts";
import { valuesOf } from "./storage-api.ts";
import { areKnown, TRANSACTION_TYPE } from "./storage-memory.ts";
import { alsoKnown } from "./stored-values.ts";
import { takeConnectionStream } from "./take-stream.ts";
import { runTimer } from "./timers.ts";
import { tlsFailed, tlsStarted, upgradeSocket } from "./tls.ts";
import { tellHandler } from "./web-sockets.ts";
import { callInWords } from "./words.ts";
import { eventIsReady, failWritable, finishFront } from "./writable.ts";

/** Runs one entry of a live object whose input gate is open. */
export function runEntry(d: Draft, actorId: ActorId, entry: Entry, section: number): void {
  d.actorId = actorId;
  d.section = section;
  switch (entry.type) {
    case "fetch":
      return callHandler(d, entry.request);
    case "respond":
      return sendResponse(d, entry.request);
    case "call-passes":
      return callPasses(d, entry.call);
    case "send-request-body":
      return readRequestBody(d, entry.call);
    case "call-answered":
      return runTurn(d, actorId, `${callInWords(d.call(entry.call))} is answered`, () =>
        settleCall(d, entry.call),
      );
    case "call-fails":
      return runTurn(d, actorId, `${callInWords(d.call(entry.call))} fails`, () => rejectCall(d, entry.call));
    case "body-read":
      return runTurn(d, actorId, `the answer to ${callInWords(d.call(entry.call))} is read`, () =>
        settleBody(d, entry.call),
      );
    case "web-socket-event":
      runTurn(d, actorId, `WebSocket ${entry.socket}: ${entry.event.type}`, () =>
        tellHandler(d, entry.socket, entry.event),
      );
      if (entry.event.type === "failed") tearDown(d, entry.socket);
      return;
    case "timer":
      return runTurn(d, actorId, `timer ${entry.timer}`, (js) => runTimer(js, entry));
    case "opened":
      return runTurn(d, actorId, `socket ${entry.socket} opened`, () => settleOpened(d, entry.socket, null));
    case "connect-failed":
      return runTurn(d, actorId, `socket ${entry.socket} could not connect`, () =>
        connectFailed(d, entry.socket, entry.error),
      );
    case "tls-started":
      return runTurn(d, actorId, `socket ${entry.socket} has its stream`, () => tlsStarted(d, entry.socket));
    case "tls-failed":
      return runTurn(d, actorId, `TLS failed on socket ${entry.socket}`, () => tlsFailed(d, entry.socket));
    case "event-ready":
      return eventIsReady(d, entry.socket, entry.event);
    case "event-done":
      return finishEvent(d, actorId, entry);
    case "write-failed":
      if (d.socket(entry.socket).queue[0]?.id !== entry.event) return;
      return runTurn(d, actorId, `a write of socket ${entry.socket} failed`, () =>
        failWritable(d, entry.socket, entry.error),
      );
    case "read":
      return runTurn(d, actorId, `socket ${entry.socket} was read`, () =>
        readIsAnswered(d, entry.socket, entry.text),
      );
    case "read-failed":
      return runTurn(d, actorId, `reading socket ${entry.socket} failed`, () =>
        failRead(d, entry.socket, entry.error),
      );
    case "disconnected":
      return runTurn(d, actorId, `socket ${entry.socket} disconnected`, () => disconnected(d, entry.socket));
    case "pipe-ended":
      if (d.socket(entry.socket).closed !== "pending") return;
      return runTurn(d, actorId, `the pipe of socket ${entry.socket} has ended`, () =>
        settleClosed(d, entry.socket, null),
      );
    case "storage-read":
      return answerRead(d, actorId, entry.read);
    case "sync-done":
      return runTurn(d, actorId, "sync() is done", (js) => {
        d.emit({ kind: "promise-settles", promise: "storage.sync()", outcome: "resolved", text: "" });
        js.resolve({ ref: finishSync(d, entry.sync).promiseRef }, undefined);
      });
    case "delete-done":
      runTurn(d, actorId, "a delete is counted", (js) => {
        const { promiseRef, deleted } = finishSync(d, entry.sync);
        js.resolve({ ref: promiseRef }, deleted ?? undefined);
      });
      return releaseIfAnswered(d, actorId);
    case "section":
      beginSection(d, actorId, entry);
      return runTurn(d, actorId, entry.transaction ? "transaction()" : "blockConcurrencyWhile()", (js) => {
        const args = entry.transaction ? [js.hostObject(TRANSACTION_TYPE, actorId)] : [];
        js.onSettled(callAsync(js, entry.functionRef, args), `section:${entry.section}`);
      });
    case "pipe-begins":
      return runTurn(d, actorId, `a pipe into socket ${entry.socket} begins`, (js) =>
        js.resolve({ ref: entry.promiseRef }, undefined),
      );
    case "taken":
      return runTurn(d, actorId, `${entry.what} takes the next chunk`, (js) =>
        js.resolve({ ref: entry.promiseRef }, undefined),
      );
    case "pump-done":
      return runTurn(d, actorId, `a pipe into socket ${entry.socket} is done`, () =>
        pumpDone(d, entry.socket, entry.from),
      );
    case "pipe-failed":
      if (d.socket(entry.socket).chunk === null) return;
      return runTurn(d, actorId, `a pipe into socket ${entry.socket} failed`, () =>
        failWritable(d, entry.socket, entry.error),
      );
    case "transform-goes-on":
      transformGoesOn(d, actorId, entry.promiseRef);
      return runTurn(d, actorId, "a transform stream goes on", (js) =>
        js.resolve({ ref: entry.promiseRef }, undefined),
      );
    case "section-done": {
      const { promiseRef, resultRef } = endSection(d, actorId, entry.section);
      return runTurn(d, actorId, "a critical section is done", (js) =>
        js.resolve({ ref: promiseRef }, { ref: resultRef }),
      );
    }
    default:
      return unreachable(entry);
  }
}

function finishEvent(d: Draft, actorId: ActorId, entry: Entry & { readonly type: "event-done" }): void {
  const { socket: id, event } = entry;
  const front = d.socket(id).queue[0];
  if (front === undefined || front.id !== event) return;
  const what =
    front.type === "write"
      ? `write ${front.write}`
      : front.type === "close"
        ? "the end"
        : `the ${front.type}`;
  runTurn(d, actorId, `${what} of socket ${id} is done`, () => {
    finishFront(d, id);
    if (front.type === "flush") closeStreams(d, id);
    else if (front.type === "take") takeConnectionStream(d, id, front);
    else if (front.type === "start-tls") upgradeSocket(d, id);
    // The far end's FIN was answered by itself: both directions are done.
    else if (front.type === "close" && front.promiseRef === 0 && !d.socket(id).endedByPipe)
      settleClosed(d, id, null);
  });
}

function answerRead(d: Draft, actorId: ActorId, id: number): void {
  const read = mustGet(d.s.reads[id - 1], `read ${id}`);
  d.cause = d.emit({ kind: "read-done", key: read.keys.join(", ") }, { actor: actorId });
  const { type, keys, single, deleted, promiseRef } = read;
  const { known } = d.actor(actorId);
  // What the transaction() itself has written was not asked of the disk.
  const told = deleted === null ? keys.filter((key) => !areKnown(d, actorId, type, [key])) : keys;
  d.patchActor(actorId, { known: alsoKnown(known, told) });
  runTurn(d, actorId, "a read is answered", (js) =>
    js.resolve({ ref: promiseRef }, deleted ?? valuesOf(d, actorId, type, keys, single)),
  );
  releaseIfAnswered(d, actorId);
}

/** The storage holds the input gate until every result has been delivered. */
function releaseIfAnswered(d: Draft, actorId: ActorId): void {
  const isAwaited =
    d.s.reads.some((read) => read.actor === actorId && !read.done && !read.isConcurrent) ||
    d.s.syncs.some((sync) => sync.actor === actorId && !sync.done && sync.deleted !== null);
  if (!isAwaited && d.actor(actorId).inputLock !== null) releaseInputGate(d, actorId);
}

function finishSync(d: Draft, id: number): PendingSync {
  const sync = mustGet(d.s.syncs[id - 1], `sync ${id}`);
  d.s.syncs = d.s.syncs.map((other) => (other.id === id ? { ...other, done: true } : other));
  return sync;
}

/** Calls a function as an async one: what it throws is a rejection. */
function callAsync(js: Machine, functionRef: number, args: readonly Value[]): Ref {
  try {
    return js.promiseOf(js.callOrThrow({ ref: functionRef }, args));
  } catch (error) {
    if (!(error instanceof HandlerThrow)) throw error;
    const promise = js.newPromise();
    js.reject(promise, error.value);
    return promise;
  }
}
