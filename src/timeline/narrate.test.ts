import { expect, test } from "vitest";
import type { OutsideEvent, RecordBody, RecordKind } from "../model/records.ts";
import { beatsOf } from "./beats.ts";
import { describe } from "./describe.ts";
import { commit, lock, RunBuilder, request, socket, thing, waiter, write } from "./fixture.ts";
import { brokenGate, FIXTURES, heldThenDurable, leakThenFailure } from "./fixture-runs.ts";
import { narrate } from "./narrate.ts";
import { plainText } from "./narration.ts";

const connect = { type: "connect", socket: socket(1), address: "peer:9000" } as const;

/** One body of every kind; the type makes the list complete. */
const BODIES: { readonly [K in RecordKind]: Extract<RecordBody, { kind: K }> } = {
  "request-delivered": { kind: "request-delivered", request: request(1), path: "/" },
  "turn-begins": { kind: "turn-begins", turn: 1 as never, reason: "timer 1 fires" },
  "turn-ends": { kind: "turn-ends", turn: 1 as never },
  await: { kind: "await", call: 1, text: "socket.opened" },
  resume: { kind: "resume", call: 1 },
  log: { kind: "log", text: "hello" },
  "promise-settles": {
    kind: "promise-settles",
    promise: "socket 1 opened",
    outcome: "rejected",
    text: "refused",
  },
  "handler-returns": { kind: "handler-returns", request: request(1), status: 200, body: "ok" },
  "start-tls": { kind: "start-tls", socket: socket(1), secure: socket(2), address: "peer:9000" },
  collected: { kind: "collected", socket: socket(1), withStreams: true },
  "alarm-ends": { kind: "alarm-ends", request: request(1), error: null },
  "alarm-scheduled": { kind: "alarm-scheduled", commit: commit(1), name: "demo", atMs: 100 },
  "alarm-refused": { kind: "alarm-refused", commit: commit(1), error: "no" },
  "handler-throws": { kind: "handler-throws", request: request(1), text: "Error: no" },
  "timer-set": { kind: "timer-set", timer: 1 as never, afterMs: 20 },
  "write-accepted": {
    kind: "write-accepted",
    write: write(1),
    op: "put",
    key: "balance",
    confirmed: true,
    commit: commit(1),
  },
  read: { kind: "read", op: "get", key: "balance", from: "disk" },
  "read-done": { kind: "read-done", key: "balance" },
  "file-replaced": { kind: "file-replaced", fsyncs: 6 },
  "new-file-synced": { kind: "new-file-synced", fsyncs: 2 },
  "commit-starts": { kind: "commit-starts", commit: commit(1), commitWrites: [write(1)], attempt: 1 },
  "commit-durable": { kind: "commit-durable", commit: commit(1) },
  "commit-fails": { kind: "commit-fails", commit: commit(1), error: "disk full", stored: false },
  "commit-stored": { kind: "commit-stored", commit: commit(1) },
  "commit-busy": { kind: "commit-busy", commit: commit(1), attempt: 2 },
  "ownership-check": { kind: "ownership-check", commit: commit(1), check: 1, what: "passed" },
  "last-copy": { kind: "last-copy", commit: commit(1), commitWrites: [write(1)], attempt: 2, what: "sent" },
  "commit-delayed": { kind: "commit-delayed", commit: commit(1), byMs: 50 },
  "lock-taken": { kind: "lock-taken", lock: lock(1), commit: commit(1) },
  "lock-released": { kind: "lock-released", lock: lock(1) },
  "gate-breaks": { kind: "gate-breaks", lock: lock(1), error: "disk full" },
  "output-waits": { kind: "output-waits", waiter: waiter(1), output: connect, locks: [lock(1)] },
  "output-passes": { kind: "output-passes", waiter: waiter(1), output: connect, leak: [] },
  "output-dropped": { kind: "output-dropped", waiter: waiter(1), output: connect, why: "the gate is broken" },
  "input-gate-locked": { kind: "input-gate-locked", why: "a read from disk", section: 0 },
  "input-gate-released": { kind: "input-gate-released" },
  "input-gate-breaks": { kind: "input-gate-breaks", section: 1, error: "it took too long" },
  "event-queued": { kind: "event-queued", event: "request 2" },
  "connect-called": { kind: "connect-called", socket: socket(1), address: "peer:9000", deferred: true },
  "call-made": { kind: "call-made", call: 1 as never, object: "b", what: "GET /x" },
  "connect-starts": { kind: "connect-starts", socket: socket(1) },
  "socket-opens": { kind: "socket-opens", socket: socket(1) },
  "socket-fails": { kind: "socket-fails", socket: socket(1), error: "refused" },
  "socket-closing": { kind: "socket-closing", socket: socket(1) },
  "socket-closed": { kind: "socket-closed", socket: socket(1), why: "closed by the handler" },
  "bytes-queued": { kind: "bytes-queued", socket: socket(1), write: 1, bytes: 10, queued: 10 },
  "bytes-dispatched": { kind: "bytes-dispatched", socket: socket(1), write: 1, bytes: 10, queued: 5 },
  "bytes-sent": { kind: "bytes-sent", socket: socket(1), write: 1, bytes: 10 },
  "bytes-dropped": { kind: "bytes-dropped", socket: socket(1), write: 1, bytes: 10, why: "reset" },
  "bytes-arrive": { kind: "bytes-arrive", socket: socket(1), bytes: 10 },
  "end-arrives": { kind: "end-arrives", socket: socket(1), how: "fin" },
  "bytes-read": { kind: "bytes-read", socket: socket(1), bytes: 10, done: false },
  outside: { kind: "outside", event: { type: "syn", socket: socket(1), address: "peer:9000" } },
  "object-starts": { kind: "object-starts", name: "a", life: 2 },
  "object-aborts": { kind: "object-aborts", error: "disk full" },
  "object-ends": { kind: "object-ends", name: "a", life: 1, reason: "reset" },
  made: { kind: "made", thing: thing(1), type: "Socket", name: "Socket 1", owner: null, socket: socket(1) },
  borrows: { kind: "borrows", holder: thing(1), target: thing(2), edge: "D3", strong: false },
  "borrow-ends": { kind: "borrow-ends", holder: thing(1), target: thing(2), edge: "D3", why: "it has run" },
  "deletion-queued": { kind: "deletion-queued", thing: thing(1), why: "no JavaScript is running" },
  destroyed: { kind: "destroyed", thing: thing(1), order: 1, reason: "reset" },
  "fragile-order": {
    kind: "fragile-order",
    holder: thing(1),
    target: thing(2),
    edge: "D3",
    verdict: "fragile",
    text: "safe only because nothing runs in between",
  },
  "dead-read": { kind: "dead-read", holder: thing(1), target: thing(2), edge: "D5" },
  violation: { kind: "violation", property: "S1", title: "No early connection", text: "peer:9000 saw it." },
  "handler-stuck": { kind: "handler-stuck", text: "The loop ran too long." },
};

const EVENTS: { readonly [K in OutsideEvent["type"]]: Extract<OutsideEvent, { type: K }> } = {
  syn: { type: "syn", socket: socket(1), address: "peer:9000" },
  accept: { type: "accept", socket: socket(1) },
  refuse: { type: "refuse", socket: socket(1) },
  send: { type: "send", socket: socket(1), bytes: 3, text: "abc" },
  receive: { type: "receive", socket: socket(1), bytes: 3, text: "abc" },
  "fin-sent": { type: "fin-sent", socket: socket(1) },
  "rst-sent": { type: "rst-sent", socket: socket(1) },
  "closed-by-host": { type: "closed-by-host", socket: socket(1) },
  "fin-received": { type: "fin-received", socket: socket(1) },
  "rst-received": { type: "rst-received", socket: socket(1) },
  closed: { type: "closed", socket: socket(1) },
  "peer-sends": { type: "peer-sends", socket: socket(1), bytes: 3, text: "abc" },
  "peer-fin": { type: "peer-fin", socket: socket(1) },
  "peer-rst": { type: "peer-rst", socket: socket(1) },
  "service-returns": { type: "service-returns", socket: socket(1) },
  "service-throws": { type: "service-throws", socket: socket(1) },
  "call-cancelled": { type: "call-cancelled", socket: socket(1) },
  request: { type: "request", request: request(1), path: "/" },
  "response-sent": { type: "response-sent", request: request(1), status: 200, body: "ok" },
  response: { type: "response", request: request(1), status: 200, body: "ok" },
  "body-sent": { type: "body-sent", request: request(1), bytes: 3, text: "abc" },
  "body-received": { type: "body-received", request: request(1), bytes: 3, text: "abc" },
  "body-end-sent": { type: "body-end-sent", request: request(1) },
  "body-ends": { type: "body-ends", request: request(1) },
  "body-cut": { type: "body-cut", request: request(1) },
  "body-breaks": { type: "body-breaks", request: request(1) },
  alarm: { type: "alarm", request: request(1), name: "demo", retries: 0 },
  "alarm-result": { type: "alarm-result", request: request(1), ok: true },
  "client-disconnects": { type: "client-disconnects", request: request(1) },
};

function alone(body: RecordBody) {
  const run = new RunBuilder();
  run.step(0, "x");
  run.add(body);
  return run.finish();
}

test("every kind of record has a whole sentence and a short title", () => {
  const bodies = [
    ...Object.values(BODIES),
    ...Object.values(EVENTS).map((event) => ({ kind: "outside", event }) as const),
  ];
  for (const body of bodies) {
    const run = alone(body);
    const sentence = plainText(narrate(run, beatsOf(run), 0));
    const [record] = run.records;
    const title = record === undefined ? "" : describe(record, run);
    expect(sentence, body.kind).toMatch(/^\S.*[.?!]$/);
    expect(sentence, body.kind).not.toMatch(/undefined|null|NaN|\[object|\.\.$| {2}/);
    expect(title, body.kind).toMatch(/^\S.*[^.]$/);
    expect(title, body.kind).not.toMatch(/undefined|null|NaN|\[object/);
  }
});

test("a held connection, a leak and a struck-out output are told apart by tone and by word", () => {
  const told = (run: ReturnType<typeof heldThenDurable>, kind: RecordKind) => {
    const beats = beatsOf(run);
    const beat = beats.find((one) => run.records[one.main]?.kind === kind);
    return narrate(run, beats, beat?.index ?? -1);
  };
  expect(told(heldThenDurable(), "connect-called")).toContainEqual({
    text: "the connection is held",
    tone: "held",
  });
  expect(told(leakThenFailure(), "output-passes")[0]).toEqual({ text: "A leak.", tone: "bad" });
  expect(told(brokenGate(), "output-dropped")).toContainEqual({ text: "struck out", tone: "bad" });
});

test("before the first beat the narration says that nothing has happened", () => {
  const run = heldThenDurable();
  expect(plainText(narrate(run, beatsOf(run), -1))).toMatch(/^Nothing has happened yet/);
});

test("no sentence of any fixture is empty or broken", () => {
  for (const make of Object.values(FIXTURES)) {
    const run = make();
    const beats = beatsOf(run);
    for (const beat of beats) expect(plainText(narrate(run, beats, beat.index))).toMatch(/^\S.*[.?!]$/);
  }
});
