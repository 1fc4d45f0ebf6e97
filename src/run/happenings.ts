/*
 * What a run can be run until: things that happen, in a person's words. Each is a kind of record, or a part of one.
 * Left out are records that only say more about another one, such as where a turn ends or a pointer is borrowed.
 */
import type { OutsideEvent, RecordKind, RecordOf, RunRecord } from "../model/records.ts";

/** What a happening can be narrowed down to: one object, connection, request, kind of output, or promise. */
export type About = "object" | "connection" | "request" | "output" | "promise";

/** Something that happens. */
export interface Happening {
  readonly id: string;
  /** Where it stands in a list. */
  readonly group: string;
  /** A clause: "a commit becomes durable". */
  readonly clause: string;
  readonly about: About;
  readonly is: (record: RunRecord) => boolean;
}

/** Every record of a kind, or those of them that fit. */
function record<Kind extends RecordKind>(
  id: string,
  clause: string,
  about: About,
  kind: Kind,
  fits: (record: RecordOf<Kind>) => boolean = () => true,
): Omit<Happening, "group"> {
  return { id, clause, about, is: (one) => one.kind === kind && fits(one as RecordOf<Kind>) };
}

/** What somebody outside observes or does. */
function outside(
  type: OutsideEvent["type"],
  clause: string,
  about: "connection" | "request" = "connection",
): Omit<Happening, "group"> {
  return record(type, clause, about, "outside", ({ event }) => event.type === type);
}

const GROUPS: readonly (readonly [group: string, happenings: readonly Omit<Happening, "group">[]])[] = [
  [
    "The handler",
    [
      record("request-delivered", "a request reaches the object", "request", "request-delivered"),
      record("await", "the handler awaits", "object", "await"),
      record("resume", "the handler goes on after an await", "object", "resume"),
      record("log", "the handler logs", "object", "log"),
      record("handler-returns", "the handler returns", "request", "handler-returns"),
      record("handler-throws", "the handler throws", "request", "handler-throws"),
      record("alarm-ends", "alarm() returns or throws", "object", "alarm-ends"),
      record("call-made", "another object is called", "object", "call-made"),
      record("timer-set", "a timer is set", "object", "timer-set"),
      record(
        "promise-resolves",
        "a promise resolves",
        "promise",
        "promise-settles",
        ({ outcome }) => outcome === "resolved",
      ),
      record(
        "promise-rejects",
        "a promise rejects",
        "promise",
        "promise-settles",
        ({ outcome }) => outcome === "rejected",
      ),
      record("handler-stuck", "the handler cannot go on", "object", "handler-stuck"),
    ],
  ],
  [
    "Storage",
    [
      record("write-accepted", "a write is accepted", "object", "write-accepted"),
      record("read", "storage is read", "object", "read"),
      record("read-done", "a read from disk is answered", "object", "read-done"),
      record("commit-starts", "a commit is flushed", "object", "commit-starts"),
      record("commit-stored", "a commit is stored in the bucket", "object", "commit-stored"),
      record("commit-durable", "a commit becomes durable", "object", "commit-durable"),
      record("commit-fails", "a commit fails", "object", "commit-fails"),
      record("commit-busy", "a commit is turned away", "object", "commit-busy"),
      record("commit-delayed", "a commit is put off", "object", "commit-delayed"),
      record("check-asked", "the bucket is asked who owns the object", "object", "ownership-check", isAsked),
      record("check-refused", "the object is no longer the owner", "object", "ownership-check", isRefused),
      record("last-copy", "a dying object sends a commit once more", "object", "last-copy", isSent),
      record("file-replaced", "deleteAll() makes a new file", "object", "file-replaced"),
      record("alarm-scheduled", "an alarm is scheduled", "object", "alarm-scheduled"),
      record("alarm-refused", "an alarm is refused", "object", "alarm-refused"),
    ],
  ],
  [
    "The output gate",
    [
      record("lock-taken", "a lock is taken", "object", "lock-taken"),
      record("lock-released", "a lock is released", "object", "lock-released"),
      record("gate-breaks", "the output gate breaks", "object", "gate-breaks"),
      record("output-held", "an output is held", "output", "output-waits", ({ locks }) => locks.length > 0),
      record("output-passes", "an output crosses the gate line", "output", "output-passes"),
      record("output-leaks", "an output leaks", "output", "output-passes", ({ leak }) => leak.length > 0),
      record("output-dropped", "an output is struck out", "output", "output-dropped"),
    ],
  ],
  [
    "The input gate",
    [
      record("input-gate-locked", "the input gate is locked", "object", "input-gate-locked"),
      record("event-queued", "an event has to wait in line", "object", "event-queued"),
      record("input-gate-released", "the input gate is free again", "object", "input-gate-released"),
      record("input-gate-breaks", "the input gate breaks", "object", "input-gate-breaks"),
    ],
  ],
  [
    "Connections",
    [
      record("connect-called", "a connection is asked for", "connection", "connect-called"),
      record("connect-starts", "a connection goes out", "connection", "connect-starts"),
      record("socket-opens", "a connection opens", "connection", "socket-opens"),
      record("socket-fails", "a connection fails", "connection", "socket-fails"),
      record("start-tls", "startTls() is called", "connection", "start-tls"),
      record("socket-closing", "close() is called", "connection", "socket-closing"),
      record("socket-closed", "a connection is closed", "connection", "socket-closed"),
      record("bytes-queued", "bytes enter a stream’s queue", "connection", "bytes-queued"),
      record("bytes-sent", "bytes are on the wire", "connection", "bytes-sent"),
      record("bytes-dropped", "bytes are dropped", "connection", "bytes-dropped"),
      record("bytes-arrive", "bytes reach the object’s host", "connection", "bytes-arrive"),
      record("end-arrives", "a FIN or RST reaches the object’s host", "connection", "end-arrives"),
      record("bytes-read", "the handler reads from a connection", "connection", "bytes-read"),
      record("collected", "a socket is garbage collected", "connection", "collected"),
    ],
  ],
  [
    "The far end",
    [
      outside("syn", "a SYN leaves"),
      outside("accept", "the far end accepts"),
      outside("refuse", "the far end refuses"),
      outside("send", "bytes leave for the far end"),
      outside("receive", "the far end receives bytes"),
      outside("fin-received", "the far end sees a FIN"),
      outside("rst-received", "the far end sees a RST"),
      outside("closed", "both directions are done"),
      outside("peer-sends", "the far end sends bytes"),
      outside("peer-fin", "the far end sends a FIN"),
      outside("peer-rst", "the far end resets the connection"),
      outside("service-returns", "a Worker’s connect() returns"),
      outside("service-throws", "a Worker’s connect() throws"),
      outside("call-cancelled", "the call of a Worker’s connect() is cancelled"),
    ],
  ],
  [
    "The client",
    [
      outside("request", "a client sends a request", "request"),
      outside("response-sent", "a response leaves", "request"),
      outside("response", "a client receives its response", "request"),
      outside("body-sent", "a part of a body leaves", "request"),
      outside("body-received", "a client receives a part of a body", "request"),
      outside("body-ends", "a client sees the end of a body", "request"),
      outside("body-breaks", "a body breaks off", "request"),
      outside("client-disconnects", "a client disconnects", "request"),
      outside("alarm", "an alarm goes off", "request"),
    ],
  ],
  [
    "The object",
    [
      record("object-starts", "a life begins", "object", "object-starts"),
      record("object-aborts", "the object is reset", "object", "object-aborts"),
      record("object-ends", "a life ends", "object", "object-ends"),
    ],
  ],
  [
    "Lifetimes",
    [
      record("destroyed", "a C++ object is destroyed", "object", "destroyed"),
      record("deletion-queued", "a C++ object waits to be destroyed", "object", "deletion-queued"),
      record("fragile-order", "a pointer outlives its target", "object", "fragile-order"),
      record("dead-read", "a dead object is read", "object", "dead-read"),
    ],
  ],
];

function isAsked({ what }: RecordOf<"ownership-check">): boolean {
  return what === "asked";
}

function isRefused({ what }: RecordOf<"ownership-check">): boolean {
  return what === "refused";
}

function isSent({ what }: RecordOf<"last-copy">): boolean {
  return what === "sent";
}

/** Everything that can happen, group by group. */
export const HAPPENINGS: readonly Happening[] = GROUPS.flatMap(([group, happenings]) =>
  happenings.map((happening) => ({ ...happening, group })),
);

/** What a record is about, of the things of a kind; null if it is about none. An object's is the number of its life. */
export function aboutIn(record: RunRecord, about: Exclude<About, "object">): string | null {
  switch (about) {
    case "connection":
      return numberIn(record, "socket");
    case "request":
      return numberIn(record, "request");
    case "output":
      return "output" in record ? record.output.type : null;
    case "promise":
      return record.kind === "promise-settles" ? record.promise : null;
  }
}

function numberIn(record: RunRecord, field: "socket" | "request"): string | null {
  const bearer: object =
    record.kind === "outside" ? record.event : "output" in record ? record.output : record;
  const number = (bearer as Readonly<Partial<Record<typeof field, number | null>>>)[field];
  return number === undefined || number === null ? null : String(number);
}
