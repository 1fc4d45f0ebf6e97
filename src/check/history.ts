/*
 * What the world outside has seen on the way to a state, and how promises have settled: small logs that grow with the
 * records of each transition. Every different log has a number; states are told apart by it, as two ways to the same state
 * of the object may have shown the world different things.
 *
 * A log has one line for each connection and each client, with what happened there in order; what happened at different
 * places is not ordered, as nobody outside sees both. Bytes that arrive one after another are one text. What left the
 * object and did not arrive was not seen.
 */
import { unreachable } from "../base/assert.ts";
import type { OutsideEvent, RunRecord } from "../model/records.ts";
import { Interner } from "./interner.ts";

/** Something that happened at a place: of a connection, a client or a promise. */
export interface Happening {
  readonly place: string;
  readonly text: string;
}

/** Place -> what happened there. */
type Log = Readonly<Record<string, readonly string[]>>;

/** The logs of one check. */
export class History {
  private readonly logs = new Interner();
  private readonly parsed: Log[] = [];
  private readonly next = new Map<string, number>();
  /** The number of the empty log. */
  readonly nothing = this.numberOf({});

  /** The log with what happened after it. */
  extend(log: number, happenings: readonly Happening[]): number {
    let number = log;
    for (const { place, text } of happenings) number = this.append(number, place, text);
    return number;
  }

  /** A log as lines, in the order of their places. */
  linesOf(number: number): readonly string[] {
    return Object.entries(this.parsed[number] as Log).map(
      ([place, events]) => `${place}: ${events.join(", ")}`,
    );
  }

  private append(number: number, place: string, text: string): number {
    const key = `${number} ${place} ${text}`;
    const known = this.next.get(key);
    if (known !== undefined) return known;
    const log = this.parsed[number] as Log;
    const events = log[place] ?? [];
    const last = events.at(-1);
    const grown =
      last?.startsWith('"') === true && text.startsWith('"')
        ? [...events.slice(0, -1), `${last.slice(0, -1)}${text.slice(1)}`]
        : [...events, text];
    const places = Object.keys({ ...log, [place]: grown }).toSorted();
    const result = this.numberOf(
      Object.fromEntries(places.map((name) => [name, name === place ? grown : (log[name] ?? [])])),
    );
    this.next.set(key, result);
    return result;
  }

  private numberOf(log: Log): number {
    const number = this.logs.numberOf(JSON.stringify(log));
    this.parsed[number] = log;
    return number;
  }
}

/** What the world outside sees of a step. */
export function seenIn(records: readonly RunRecord[]): readonly Happening[] {
  return records.flatMap((record) => {
    const seen = record.kind === "outside" ? seenOf(record.event) : null;
    return seen === null ? [] : [seen];
  });
}

/** How promises of the platform settle in a step. */
export function settledIn(records: readonly RunRecord[]): readonly Happening[] {
  return records.flatMap((record) =>
    record.kind === "promise-settles"
      ? [
          {
            place: record.promise,
            text: record.outcome === "resolved" ? "resolved" : `rejected, ${record.text}`,
          },
        ]
      : [],
  );
}

/** What an event shows to those outside, in their words; null for what only the object's host sees. */
function seenOf(event: OutsideEvent): Happening | null {
  const at = (text: string): Happening => ({
    place: "socket" in event ? `connection ${event.socket}` : `client ${event.request}`,
    text,
  });
  switch (event.type) {
    case "syn":
      return at("SYN");
    case "accept":
      return at("accepted");
    case "refuse":
      return at("refused");
    case "receive":
    case "body-received":
      return at(JSON.stringify(event.text));
    case "fin-received":
      return at("FIN");
    case "rst-received":
      return at("RST");
    case "closed":
      return at("closed");
    case "peer-sends":
      return at(`says ${JSON.stringify(event.text)}`);
    case "peer-fin":
      return at("ends");
    case "peer-rst":
      return at("resets");
    case "request":
      return at(`requests ${event.path}`);
    case "response":
      return at(`response ${event.status} ${JSON.stringify(event.body)}`);
    case "body-ends":
      return at("end of the body");
    case "body-breaks":
      return at("connection breaks");
    case "client-disconnects":
      return at("disconnects");
    case "alarm":
      return at(`alarm of ${event.name}, retry ${event.retries}`);
    case "alarm-result":
      return at(event.ok ? "alarm succeeded" : "alarm failed");
    case "send":
    case "fin-sent":
    case "rst-sent":
    case "closed-by-host":
    case "response-sent":
    case "body-sent":
    case "body-end-sent":
    case "body-cut":
      return null;
    default:
      return unreachable(event);
  }
}
