/*
 * A record's short title, for tooltips and the inspector: no sentence, no full stop.
 */
import { unreachable } from "../base/assert.ts";
import type { OutsideEvent, RunRecord } from "../model/records.ts";
import type { RunData } from "../run/run.ts";
import { type Facts, factsOf } from "./facts.ts";
import { ORDER_WORDS, thingName } from "./narrate-object.ts";
import {
  bare,
  byteText,
  capitalised,
  clientText,
  connectText,
  count,
  outputPhrase,
  outsideText,
  quoted,
  socketText,
  timeText,
  verb,
  writesText,
  writeText,
} from "./words.ts";

/** A short title for a record. */
export function describe(record: RunRecord, run: RunData): string {
  const facts = factsOf(run);
  switch (record.kind) {
    case "request-delivered":
      return record.call === undefined
        ? `Request ${record.path} is delivered`
        : `Another object's call ${record.path} is delivered`;
    case "turn-begins":
      return `Turn ${record.turn} begins: ${record.reason}`;
    case "turn-ends":
      return `Turn ${record.turn} ends`;
    case "await":
      return `await ${record.text}`;
    case "resume":
      return "The handler goes on";
    case "log":
      return `log ${quoted(record.text)}`;
    case "promise-settles":
      return `${record.promise}: ${record.outcome}`;
    case "handler-returns":
      return `The handler returns response ${record.status}`;
    case "handler-throws":
      return `The handler throws: ${record.text}`;
    case "alarm-ends":
      return record.error === null ? "alarm() returns" : `alarm() throws: ${record.error}`;
    case "handler-stuck":
      return `The handler cannot go on: ${bare(record.text)}`;
    case "timer-set":
      return `Timer ${record.timer} set for ${timeText(record.afterMs)}`;
    case "write-accepted":
      return `${writeText(facts, record.write)} accepted${record.confirmed ? "" : ", unconfirmed"}`;
    case "read":
      return `${record.op} ${quoted(record.key)} from ${record.from}`;
    case "read-done":
      return `Read of ${quoted(record.key)} answered`;
    case "file-replaced":
      return `deleteAll() makes a new database file: ${record.fsyncs} calls of fsync`;
    case "new-file-synced":
      return `${record.fsyncs} calls of fsync for the new database file`;
    case "commit-starts":
      return `Commit ${record.commit} is flushed${record.attempt > 1 ? `, attempt ${record.attempt}` : ""}`;
    case "commit-durable":
      return `Commit ${record.commit} is durable`;
    case "commit-fails":
      return `Commit ${record.commit} fails: ${record.error}`;
    case "commit-stored":
      return `Commit ${record.commit} is stored in the bucket`;
    case "commit-busy":
      return `Attempt ${record.attempt} of commit ${record.commit} is turned away`;
    case "ownership-check":
      return `Check ${record.check}, whether this life still owns the object: ${record.what}`;
    case "last-copy":
      return `The last copy of commit ${record.commit} is ${record.what}`;
    case "commit-delayed":
      return `Commit ${record.commit} is delayed by ${timeText(record.byMs)}`;
    case "alarm-scheduled":
      return record.atMs === null
        ? `No alarm is set for object ${record.name}`
        : `The alarm of object ${record.name} is set for ${timeText(record.atMs)}`;
    case "alarm-refused":
      return `The alarm manager fails: ${record.error}`;
    case "lock-taken":
      return `Lock ${record.lock} taken for commit ${record.commit}`;
    case "lock-released":
      return `Lock ${record.lock} released`;
    case "gate-breaks":
      return `The output gate breaks: ${record.error}`;
    case "output-waits":
      return `${capitalised(outputPhrase(facts, record.output))} ${record.locks.length > 0 ? `${verb(record.output, "is", "are")} held by ${locksText(record.locks)}` : "need not wait"}`;
    case "output-passes":
      return `${capitalised(outputPhrase(facts, record.output))} ${verb(record.output, "crosses", "cross")} the gate line${record.leak.length > 0 ? `: a leak, ${writesText(facts, record.leak)} not durable` : ""}`;
    case "output-dropped":
      return `${capitalised(outputPhrase(facts, record.output))} ${verb(record.output, "is", "are")} struck out: ${record.why}`;
    case "input-gate-locked":
      return `Input gate locked: ${record.why}`;
    case "input-gate-breaks":
      return `Input gate broken: ${record.error}`;
    case "input-gate-released":
      return "Input gate released";
    case "event-queued":
      return `${record.event} waits at the input gate`;
    case "connect-called":
      return `${connectText(record)}${record.deferred ? ", deferred" : ""}`;
    case "start-tls":
      return `startTls() on the connection to ${socketText(facts, record.socket)}`;
    case "call-made":
      return `${record.what} of object ${record.object} is called`;
    case "connect-starts":
      return `Connecting to ${socketText(facts, record.socket)}`;
    case "socket-opens":
      return `Connection to ${socketText(facts, record.socket)} is open`;
    case "socket-fails":
      return `Connection to ${socketText(facts, record.socket)} fails: ${record.error}`;
    case "socket-closing":
      return `Connection to ${socketText(facts, record.socket)} is closing`;
    case "socket-closed":
      return `Connection to ${socketText(facts, record.socket)} is closed: ${record.why}`;
    case "bytes-queued":
      return `${byteText(record.bytes)} enter the queue of ${socketText(facts, record.socket)} (${byteText(record.queued)} in it)`;
    case "bytes-dispatched":
      return `${byteText(record.bytes)} leave the queue of ${socketText(facts, record.socket)} into the pipe`;
    case "bytes-sent":
      return `${byteText(record.bytes)} for ${socketText(facts, record.socket)} are on the wire`;
    case "bytes-dropped":
      return `${byteText(record.bytes)} for ${socketText(facts, record.socket)} dropped: ${record.why}`;
    case "bytes-arrive":
      return `${byteText(record.bytes)} arrive from ${socketText(facts, record.socket)}`;
    case "end-arrives":
      return `${record.how.toUpperCase()} arrives from ${socketText(facts, record.socket)}`;
    case "bytes-read":
      return record.done
        ? `End of stream read from ${socketText(facts, record.socket)}`
        : `${byteText(record.bytes)} read from ${socketText(facts, record.socket)}`;
    case "outside":
      return `${observer(facts, record.event)}: ${outsideText(record.event)}`;
    case "object-starts":
      return `Object ${record.name} starts${record.life > 1 ? `, life ${record.life}` : ""}`;
    case "object-aborts":
      return `The object is reset: ${record.error}`;
    case "object-ends":
      return `Life ${record.life} of object ${record.name} ends: ${record.reason}`;
    case "collected":
      return `The garbage collector takes the socket of ${socketText(facts, record.socket)}`;
    case "made":
      return `${thingName(record.thing, { facts })} made`;
    case "borrows":
      return `${thingName(record.holder, { facts })} ${record.strong ? "holds" : "borrows"} ${thingName(record.target, { facts })} (${record.edge})`;
    case "borrow-ends":
      return `${thingName(record.holder, { facts })} is done with ${thingName(record.target, { facts })} (${record.edge})`;
    case "deletion-queued":
      return `${thingName(record.thing, { facts })} waits to be destroyed: ${bare(record.why)}`;
    case "destroyed":
      return `${thingName(record.thing, { facts })} destroyed, number ${record.order}`;
    case "fragile-order":
      return `${ORDER_WORDS[record.verdict]}: ${thingName(record.target, { facts })} before ${thingName(record.holder, { facts })} (${record.edge})`;
    case "dead-read":
      return `Dead read: ${thingName(record.holder, { facts })} uses ${thingName(record.target, { facts })} (${record.edge})`;
    case "violation":
      return `Violated, ${record.title} (${record.property}): ${bare(record.text)}`;
    default:
      return unreachable(record);
  }
}

/** Who observes or does it: the far end of a socket, or the client of a request. */
export function observer(facts: Facts, event: OutsideEvent): string {
  if (event.type === "alarm" || event.type === "alarm-result") return "The alarm manager";
  return "socket" in event ? socketText(facts, event.socket) : capitalised(clientText(facts, event.request));
}

function locksText(locks: readonly number[]): string {
  return locks.length === 1 ? `lock ${locks[0]}` : count(locks.length, "lock");
}
