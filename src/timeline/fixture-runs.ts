/*
 * The runs that the tests of this folder look at, written by hand, so that they do not depend on the model.
 */
import type { Output } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { commit, lock, RunBuilder, request, socket, thing } from "./fixture.ts";

const ADDRESS = "peer:9000";
const connect = (id = 1, address = ADDRESS): Output => ({ type: "connect", socket: socket(id), address });
const bytes = (write: number, text: string, id = 1): Output => ({
  type: "write",
  socket: socket(id),
  write,
  bytes: text.length,
  text,
});
const response: Output = { type: "response", request: request(1), status: 200, body: "ok" };

function begin(path = "/"): RunBuilder {
  const run = new RunBuilder();
  run.step(0, "r1");
  run.outside({ type: "request", request: request(1), path });
  run.add({ kind: "object-starts", name: "a", life: 1 });
  run.made(1, "IoContext", null, null);
  run.add({ kind: "request-delivered", request: request(1), path });
  return run;
}

/** put; connect; write; await opened: the first turn of most runs. */
function firstTurn(run: RunBuilder, gated: boolean): void {
  run.turn("request 1 is delivered", () => {
    run.put(1, "balance", 6);
    run.add({ kind: "connect-called", socket: socket(1), address: ADDRESS, deferred: gated }, 7, [1]);
    if (gated) run.waits(1, connect(), [1], 7);
    run.socketThings(2, 1);
    run.add({ kind: "bytes-queued", socket: socket(1), write: 1, bytes: 9, queued: 9 }, 9, [1]);
    run.waits(2, bytes(1, "debit 10\n"), [1], 9);
    run.add({ kind: "await", call: 1, text: "socket.opened" }, 10);
  });
}

function flush(run: RunBuilder, id = 1, writes: readonly number[] = [id]): void {
  run.add({ kind: "commit-starts", commit: commit(id), commitWrites: writes as never, attempt: 1 });
}

function durable(run: RunBuilder, id = 1): void {
  run.add({ kind: "commit-durable", commit: commit(id) });
  run.add({ kind: "lock-released", lock: lock(id) });
}

function syn(
  run: RunBuilder,
  waiterId: number | null,
  leak: readonly number[] = [],
  id = 1,
  address = ADDRESS,
): void {
  run.add({ kind: "connect-starts", socket: socket(id) });
  run.passes(waiterId, connect(id, address), leak);
  run.outside({ type: "syn", socket: socket(id), address }, run.writes);
}

/** The ordinary course: held, then durable, then everything goes out in order. */
export function heldThenDurable(): RunData {
  const run = begin();
  firstTurn(run, true);
  flush(run);
  run.step(10, "cd1");
  durable(run);
  syn(run, 1);
  run.add({ kind: "bytes-dispatched", socket: socket(1), write: 1, bytes: 9, queued: 0 }, null, [1]);
  run.step(18, "ac1");
  run.outside({ type: "accept", socket: socket(1) }, [1]);
  run.step(26, "an1");
  run.add({ kind: "socket-opens", socket: socket(1) });
  run.passes(2, bytes(1, "debit 10\n"));
  run.outside({ type: "send", socket: socket(1), bytes: 9, text: "debit 10\n" });
  run.add({ kind: "bytes-sent", socket: socket(1), write: 1, bytes: 9 });
  run.turn("socket 1 opened", () => {
    run.add({ kind: "promise-settles", promise: "socket 1 opened", outcome: "resolved", text: "" });
    run.add({ kind: "resume", call: 1 }, 10);
    run.add({ kind: "log", text: "connected" }, 11);
    run.add({ kind: "handler-returns", request: request(1), status: 200, body: "ok" }, 12);
    run.waits(3, response, [], 12);
  });
  run.passes(3, response);
  run.outside({ type: "response-sent", request: request(1), status: 200, body: "ok" }, [1]);
  run.step(34, "pr1");
  run.outside({ type: "receive", socket: socket(1), bytes: 9, text: "debit 10\n" }, [1]);
  run.outside({ type: "response", request: request(1), status: 200, body: "ok" }, [1]);
  return run.finish();
}

/** `ungated`: the connection goes out at once, and the commit fails. */
export function leakThenFailure(): RunData {
  const run = begin();
  firstTurn(run, false);
  syn(run, null, [1]);
  run.add({
    kind: "violation",
    property: "S1",
    title: "No early connection",
    text: 'peer:9000 saw a connection before put "balance" was durable.',
  });
  flush(run);
  run.step(8, "ac1");
  run.outside({ type: "accept", socket: socket(1) }, [1]);
  run.step(10, "cf1");
  breakGate(run);
  run.drops(2, bytes(1, "debit 10\n"));
  return reset(run);
}

/** `main`: the commit fails before anything has gone out; everything that was held is struck out. */
export function brokenGate(): RunData {
  const run = begin();
  firstTurn(run, true);
  flush(run);
  run.step(10, "cf1");
  breakGate(run);
  run.drops(1, connect());
  run.drops(2, bytes(1, "debit 10\n"));
  return reset(run);
}

function breakGate(run: RunBuilder): void {
  run.add({ kind: "commit-fails", commit: commit(1), error: "disk I/O error: SQLITE_IOERR", stored: false });
  run.add({ kind: "gate-breaks", lock: lock(1), error: "disk I/O error: SQLITE_IOERR" });
  run.add({ kind: "object-aborts", error: "disk I/O error: SQLITE_IOERR" });
}

/** The socket's objects die, D3's target before its holder; then a second life begins and answers. */
function reset(run: RunBuilder): RunData {
  const dies = (id: number, order: number): number =>
    run.add({ kind: "destroyed", thing: thing(id), order, reason: "the object is reset" });
  dies(6, 1);
  run.add({
    kind: "fragile-order",
    holder: thing(7),
    target: thing(6),
    edge: "D3",
    verdict: "fragile",
    text: "safe only because nothing runs in between",
  });
  [5, 3, 4, 7, 2, 1].forEach((id, index) => {
    dies(id, index + 2);
  });
  run.add({ kind: "object-ends", name: "a", life: 1, reason: "reset" });
  run.step(18, "r2");
  run.writes = [];
  run.actor = 2;
  run.add({ kind: "object-starts", name: "a", life: 2 });
  run.add({ kind: "request-delivered", request: request(2), path: "/balance" });
  run.turn("request 2 is delivered", () => {
    run.add({ kind: "read", op: "get", key: "balance", from: "disk" }, 15);
    run.add({ kind: "input-gate-locked", why: "a read from disk", section: 0 }, 15);
    run.add({ kind: "await", call: 2, text: 'this.ctx.storage.get("balance")' }, 15);
  });
  run.step(22, "rd1");
  run.add({ kind: "read-done", key: "balance" });
  run.turn("the read is answered", () => {
    run.add({ kind: "input-gate-released" });
    run.add({ kind: "resume", call: 2 }, 15);
    run.add({ kind: "handler-returns", request: request(2), status: 200, body: "undefined" }, 16);
    run.waits(4, { type: "response", request: request(2), status: 200, body: "undefined" }, [], 16);
  });
  run.passes(4, { type: "response", request: request(2), status: 200, body: "undefined" });
  run.outside({ type: "response-sent", request: request(2), status: 200, body: "undefined" });
  run.step(30, "rs2");
  run.outside({ type: "response", request: request(2), status: 200, body: "undefined" });
  return run.finish();
}

/** One socket asked for before the put, which need not wait, and one after it, with two writes, one of them of a later commit. */
export function twoSockets(): RunData {
  const run = begin("/both");
  run.turn("request 1 is delivered", () => {
    run.add({ kind: "connect-called", socket: socket(1), address: "first:1", deferred: true }, 5);
    run.waits(1, connect(1, "first:1"), [], 5);
    run.socketThings(2, 1);
    run.put(1, "balance", 6);
    run.put(2, "log", 7, 1, false);
    run.add({ kind: "connect-called", socket: socket(2), address: "second:2", deferred: true }, 8, [1, 2]);
    run.waits(2, connect(2, "second:2"), [1], 8);
    run.socketThings(8, 2);
    run.add({ kind: "bytes-queued", socket: socket(2), write: 1, bytes: 120, queued: 120 }, 9, [1, 2]);
    run.waits(3, bytes(1, "x".repeat(120), 2), [1], 9);
    run.add({ kind: "bytes-queued", socket: socket(2), write: 2, bytes: 60, queued: 180 }, 10, [1, 2]);
    run.waits(4, bytes(2, "y".repeat(60), 2), [1], 10);
    run.add({ kind: "await", call: 1, text: "Promise.all([first.opened, second.opened])" }, 11);
  });
  run.passes(1, connect(1, "first:1"), [], []);
  run.outside({ type: "syn", socket: socket(1), address: "first:1" });
  flush(run, 1, [1, 2]);
  run.step(8, "ac1");
  run.outside({ type: "accept", socket: socket(1) });
  run.step(12, "cx1");
  run.add({ kind: "commit-delayed", commit: commit(1), byMs: 50 });
  run.step(16, "an1");
  run.add({ kind: "socket-opens", socket: socket(1) });
  run.step(60, "cd1");
  durable(run);
  syn(run, 2, [], 2, "second:2");
  run.add({ kind: "bytes-dispatched", socket: socket(2), write: 1, bytes: 120, queued: 60 }, null, [1, 2]);
  run.step(68, "re2");
  run.outside({ type: "refuse", socket: socket(2) }, [1, 2]);
  run.step(76, "an2");
  run.add({
    kind: "socket-fails",
    socket: socket(2),
    error: "proxy request failed, cannot connect to the specified address",
  });
  run.add({ kind: "bytes-dropped", socket: socket(2), write: 1, bytes: 120, why: "the connection failed" });
  run.add({ kind: "bytes-dropped", socket: socket(2), write: 2, bytes: 60, why: "the connection failed" });
  return run.finish();
}

/** The far end ends its direction at once; the object reads the end, writes on, and closes later. */
export function halfOpen(): RunData {
  const run = begin();
  run.turn("request 1 is delivered", () => {
    run.add({ kind: "connect-called", socket: socket(1), address: ADDRESS, deferred: true }, 5);
    run.waits(1, connect(), [], 5);
    run.add({ kind: "await", call: 1, text: "reader.read()" }, 8);
  });
  syn(run, 1);
  run.step(8, "ac1");
  run.outside({ type: "accept", socket: socket(1) });
  run.outside({ type: "peer-sends", socket: socket(1), bytes: 6, text: "hello\n" });
  run.outside({ type: "peer-fin", socket: socket(1) });
  run.step(16, "an1");
  run.add({ kind: "socket-opens", socket: socket(1) });
  run.add({ kind: "bytes-arrive", socket: socket(1), bytes: 6 });
  run.step(24, "ar1");
  run.turn("socket 1 has bytes", () => {
    run.add({ kind: "bytes-read", socket: socket(1), bytes: 6, done: false });
    run.add({ kind: "bytes-read", socket: socket(1), bytes: 0, done: true });
    run.add({ kind: "resume", call: 1 }, 8);
    run.put(1, "seen", 9);
    run.add({ kind: "bytes-queued", socket: socket(1), write: 1, bytes: 4, queued: 4 }, 10, [1]);
    run.waits(2, bytes(1, "bye\n"), [1], 10);
    run.add({ kind: "await", call: 1, text: "writer.close()" }, 11);
  });
  flush(run);
  run.step(34, "cd1");
  durable(run);
  run.add({ kind: "bytes-dispatched", socket: socket(1), write: 1, bytes: 4, queued: 0 });
  run.passes(2, bytes(1, "bye\n"));
  run.outside({ type: "send", socket: socket(1), bytes: 4, text: "bye\n" });
  run.add({ kind: "bytes-sent", socket: socket(1), write: 1, bytes: 4 });
  run.waits(3, { type: "fin", socket: socket(1) }, []);
  run.passes(3, { type: "fin", socket: socket(1) });
  run.outside({ type: "fin-sent", socket: socket(1) });
  run.add({ kind: "socket-closed", socket: socket(1), why: "both directions have ended" });
  run.step(42, "pr1");
  run.outside({ type: "receive", socket: socket(1), bytes: 4, text: "bye\n" }, [1]);
  run.outside({ type: "fin-received", socket: socket(1) }, [1]);
  run.outside({ type: "closed", socket: socket(1) });
  return run.finish();
}

/** Every fixture by name. */
export const FIXTURES: Readonly<Record<string, () => RunData>> = {
  heldThenDurable,
  leakThenFailure,
  brokenGate,
  twoSockets,
  halfOpen,
};
