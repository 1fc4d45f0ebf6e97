/*
 * What is said about sockets and about what the outside world observes or does.
 */
import { unreachable } from "../base/assert.ts";
import type { OutsideEvent, RecordOf } from "../model/records.ts";
import { isDurableAt, writesBehind } from "./facts.ts";
import { bad, type Context, good, held, type Narration, say, strong } from "./narration.ts";
import {
  bare,
  byteText,
  capitalised,
  clientText,
  connectText,
  quoted,
  sentText,
  socketText,
  writesText,
} from "./words.ts";

/** Kinds that this file speaks for. */
export type SocketKind =
  | "connect-called"
  | "connect-starts"
  | "start-tls"
  | "socket-opens"
  | "socket-fails"
  | "socket-closing"
  | "socket-closed"
  | "bytes-queued"
  | "bytes-dispatched"
  | "bytes-sent"
  | "bytes-dropped"
  | "bytes-arrive"
  | "end-arrives"
  | "bytes-read"
  | "call-made"
  | "outside";

/** The sentence for a record of a socket or of the outside world. */
export function narrateSocket(record: RecordOf<SocketKind>, context: Context): Narration {
  const { facts } = context;
  switch (record.kind) {
    case "connect-called":
      return narrateConnect(record, context);
    case "start-tls":
      return say(
        "The handler calls ",
        strong("startTls()"),
        ` and gets a new socket at once. What the old one has queued for ${socketText(facts, record.socket)} goes out first; then the new one has the connection.`,
      );
    case "connect-starts":
      return say(
        `The TCP handshake with ${socketText(facts, record.socket)} `,
        strong("begins"),
        ": the connection attempt can be seen from now on.",
      );
    case "socket-opens":
      return say(
        `The connection to ${socketText(facts, record.socket)} is `,
        good("open"),
        " for the handler, too.",
      );
    case "socket-fails":
      return say(
        `The connection to ${socketText(facts, record.socket)} `,
        bad("fails"),
        `: ${bare(record.error)}.`,
      );
    case "socket-closing":
      return say(
        "The handler calls ",
        strong("close()"),
        `: the connection to ${socketText(facts, record.socket)} is closing. What is queued goes out first.`,
      );
    case "socket-closed":
      return say(
        `The connection to ${socketText(facts, record.socket)} is `,
        strong("closed"),
        `: ${bare(record.why)}.`,
      );
    case "bytes-queued":
      return narrateQueued(record, context);
    case "bytes-dispatched":
      return say(
        `${byteText(record.bytes)} for ${socketText(facts, record.socket)} leave the stream's queue `,
        strong("into the pipe"),
        remaining(record.queued),
        ".",
      );
    case "bytes-sent":
      return say(
        `${byteText(record.bytes)} for ${socketText(facts, record.socket)} are `,
        good("on the wire"),
        ": the promise of that write() resolves. It says nothing of their arrival.",
      );
    case "bytes-dropped":
      return say(
        `${byteText(record.bytes)} for ${socketText(facts, record.socket)} are `,
        bad("dropped"),
        `: ${bare(record.why)}.`,
      );
    case "bytes-arrive":
      return say(
        `${byteText(record.bytes)} from ${socketText(facts, record.socket)} reach the object's host.`,
      );
    case "end-arrives":
      return record.how === "fin"
        ? say(
            `The `,
            strong("FIN"),
            ` of ${socketText(facts, record.socket)} reaches the object's host: nothing more will come from there.`,
          )
        : say(
            `The `,
            bad("RST"),
            ` of ${socketText(facts, record.socket)} reaches the object's host: the connection is gone.`,
          );
    case "bytes-read":
      return record.done
        ? say(
            `The handler reads `,
            strong("the end of the stream"),
            ` from ${socketText(facts, record.socket)}.`,
          )
        : say(
            `The handler `,
            strong(`reads ${byteText(record.bytes)}`),
            ` from ${socketText(facts, record.socket)}.`,
          );
    case "call-made":
      return narrateCall(record, context);
    case "outside":
      return narrateOutside(record.event, record, context);
    default:
      return unreachable(record);
  }
}

function narrateConnect(record: RecordOf<"connect-called">, { facts, followers }: Context): Narration {
  const waits = followers.find((one) => one.kind === "output-waits");
  if (waits?.kind === "output-waits" && waits.locks.length > 0) {
    const writes = waits.writes.filter((write) => !isDurableAt(facts, write, waits.index));
    const what =
      writes.length === 0
        ? "what came before it is"
        : `${writesText(facts, writes)} ${writes.length === 1 ? "is" : "are"}`;
    return say(
      `The handler has ${GIVES[record.use ?? "socket"]} and goes on, but `,
      held("the connection is held"),
      `: ${what} not durable yet, so nobody outside may notice.`,
    );
  }
  if (record.deferred)
    return say(
      `The handler calls `,
      strong(connectText(record)),
      ` and gets ${GIVES[record.use ?? "socket"]} at once. Nothing locks the output gate, so the connection need not wait for it.`,
    );
  return say(
    `The handler calls `,
    strong(connectText(record)),
    ", and the connection is asked for ",
    strong("at once"),
    ": this design does not ask the output gate.",
  );
}

/** What the handler has at once. */
const GIVES = { socket: "a socket", fetch: "a promise", websocket: "a WebSocket" } as const;

/** A call of another object. */
function narrateCall(record: RecordOf<"call-made">, { facts, followers }: Context): Narration {
  const waits = followers.find((one) => one.kind === "output-waits");
  const call = say("The handler calls ", strong(record.what), ` of object ${record.object}`);
  if (waits?.kind !== "output-waits" || waits.locks.length === 0) return [...call, ...say(".")];
  const writes = waits.writes.filter((write) => !isDurableAt(facts, write, waits.index));
  return [
    ...call,
    ...say(
      ", but ",
      held("the call is held"),
      `: ${writesText(facts, writes)} ${writes.length === 1 ? "is" : "are"} not durable yet, and no other object may learn of it.`,
    ),
  ];
}

function narrateQueued(record: RecordOf<"bytes-queued">, { facts, followers }: Context): Narration {
  const waits = followers.find((one) => one.kind === "output-waits");
  const start = say(
    strong(`${byteText(record.bytes)}`),
    ` for ${socketText(facts, record.socket)} enter the stream's queue`,
  );
  if (waits?.kind === "output-waits" && waits.locks.length > 0) {
    return [
      ...start,
      ...say(
        " and are ",
        held("held"),
        `: ${writesText(facts, waits.writes)} ${waits.writes.length === 1 ? "is" : "are"} not durable yet.`,
      ),
    ];
  }
  return [
    ...start,
    ...say(record.queued > record.bytes ? `, which now holds ${byteText(record.queued)}.` : "."),
  ];
}

function remaining(queued: number): string {
  return queued === 0 ? "" : `; ${byteText(queued)} stay in the queue`;
}

function narrateOutside(event: OutsideEvent, record: RecordOf<"outside">, context: Context): Narration {
  const { facts } = context;
  const pending = writesBehind(context.run, record).filter(
    (write) => !isDurableAt(facts, write, record.index),
  );
  const leaked =
    pending.length === 0
      ? []
      : say(" ", bad(`${writesText(facts, pending)} ${pending.length === 1 ? "is" : "are"} not durable.`));
  switch (event.type) {
    case "syn":
      return [
        ...say(strong("SYN"), ` leaves for ${event.address}: the outside world can see it.`),
        ...leaked,
      ];
    case "accept":
      return [
        ...say(
          `${socketText(facts, event.socket)} `,
          good("accepts"),
          ": for the far end the connection is open.",
        ),
        ...leaked,
      ];
    case "refuse":
      return say(`${socketText(facts, event.socket)} `, bad("refuses"), " the connection.");
    case "send":
      return [
        ...say(
          strong(capitalised(sentText(event))),
          ` leave${event.frame === undefined ? "" : "s"} the host for ${socketText(facts, event.socket)}.`,
        ),
        ...leaked,
      ];
    case "receive":
      return [
        ...say(
          `${socketText(facts, event.socket)} `,
          strong(`receives ${sentText(event)}`),
          event.frame === undefined ? `: ${quoted(event.text)}.` : ".",
        ),
        ...leaked,
      ];
    case "fin-sent":
      return [
        ...say(
          strong("FIN"),
          ` leaves for ${socketText(facts, event.socket)}: ${whatFinMeans(record, context)}`,
        ),
        ...leaked,
      ];
    case "rst-sent":
      return say(bad("RST"), ` leaves for ${socketText(facts, event.socket)}: the connection is torn down.`);
    case "closed-by-host":
      return say(
        `The host closes its socket to ${socketText(facts, event.socket)}: whatever still comes from there is answered with a reset.`,
      );
    case "fin-received":
      return [
        ...say(
          `${socketText(facts, event.socket)} sees `,
          strong("FIN"),
          ": nothing more will come from the object.",
        ),
        ...leaked,
      ];
    case "rst-received":
      return say(`${socketText(facts, event.socket)} sees `, bad("RST"), ": the connection is gone.");
    case "closed":
      return say(
        `For ${socketText(facts, event.socket)} the connection is `,
        strong("closed"),
        ": both directions are done.",
      );
    case "peer-sends":
      return say(
        `${socketText(facts, event.socket)} `,
        strong(`sends ${sentText(event)}`),
        event.frame === undefined ? `: ${quoted(event.text)}.` : ".",
      );
    case "peer-fin":
      return say(
        `${socketText(facts, event.socket)} sends `,
        strong("FIN"),
        ": it has nothing more to say, but may still listen (half-open).",
      );
    case "peer-rst":
      return say(`${socketText(facts, event.socket)} `, bad("resets"), " the connection.");
    case "service-returns":
      return say(
        `The Worker behind ${socketText(facts, event.socket)} `,
        strong("returns"),
        ": its end of the pipe is gone, and what stands in the pipe is lost.",
      );
    case "service-throws":
      return say(
        `The Worker behind ${socketText(facts, event.socket)} `,
        bad("throws"),
        " after it has accepted: its end of the pipe is gone, and what stands in the pipe is lost.",
      );
    case "call-cancelled":
      return say(
        `The object gives up its end of the pipe: the call of the Worker behind ${socketText(facts, event.socket)} is `,
        strong("cancelled"),
        ".",
      );
    case "request":
      return say("A client sends ", strong(`a request for ${event.path}`), ".");
    case "response-sent":
      return [
        ...say(strong(`Response ${event.status}`), ` leaves for ${clientText(facts, event.request)}.`),
        ...leaked,
      ];
    case "response":
      return [
        ...say(
          `${capitalised(clientText(facts, event.request))} receives `,
          strong(`response ${event.status}`),
          event.body === "" ? "." : `: ${quoted(event.body)}.`,
        ),
        ...leaked,
      ];
    case "alarm":
      return say(
        "The alarm of ",
        strong(event.name),
        event.retries === 0 ? " goes off" : ` goes off again, try ${event.retries + 1}`,
        ": the alarm manager calls alarm().",
      );
    case "alarm-result":
      return event.ok
        ? say("The alarm manager learns that ", good("alarm() is done"), ".")
        : say("The alarm manager learns that ", bad("alarm() has failed"), ", and will try again.");
    case "body-sent":
      return [
        ...say(
          strong(`${byteText(event.bytes)} of the body`),
          ` leave for ${clientText(facts, event.request)}: ${quoted(event.text)}.`,
        ),
        ...leaked,
      ];
    case "body-received":
      return say(
        `${capitalised(clientText(facts, event.request))} receives `,
        strong(`${byteText(event.bytes)} of the body`),
        `: ${quoted(event.text)}.`,
      );
    case "body-end-sent":
      return say(`The body ends; that leaves for ${clientText(facts, event.request)}.`);
    case "body-ends":
      return say(
        `${capitalised(clientText(facts, event.request))} sees the `,
        strong("end of the body"),
        ".",
      );
    case "body-cut":
      return say(
        "The body ",
        bad("fails"),
        `: the connection to ${clientText(facts, event.request)} is cut.`,
      );
    case "body-breaks":
      return say(`For ${clientText(facts, event.request)} the body `, bad("breaks off"), ".");
    case "client-disconnects":
      return say(`${capitalised(clientText(facts, event.request))} `, bad("disconnects"), ".");
    default:
      return unreachable(event);
  }
}

/** A FIN ends one direction; one that a reset sends gives up the whole connection. */
function whatFinMeans(record: RecordOf<"outside">, { facts }: Context): string {
  const life = facts.lives.find((one) => one.actor === record.actor);
  const isOver = life !== undefined && life.ends !== null && life.ends.index < record.index;
  return isOver
    ? "the object is gone, and its connection with it."
    : "the object sends no more. The other direction is still open (half-open).";
}
