/*
 * What the world outside has seen on the way to a state, and how promises have settled: small logs that grow with the
 * records of each transition. Every different log has a number; states are told apart by it, as two ways to the same state
 * of the object may have shown the world different things.
 *
 * A log has one line for each connection and each client, with what happened there in order; what happened at different
 * places is not ordered, as nobody outside sees both. Bytes that arrive one after another are one text. What left the
 * object and did not arrive was not seen.
 */
import { mustGet, unreachable } from "../base/assert.ts";
import type { OutsideEvent, RunRecord } from "../model/records.ts";
import { Interner } from "./interner.ts";
import { Row, Rows } from "./memo/rows.ts";
import type { Outcome, Story } from "./report.ts";

/** Something that happened at a place: of a connection, a client or a promise. */
export interface Happening {
  readonly place: string;
  readonly text: string;
}

interface NumberedHappening {
  readonly place: number;
  readonly text: number;
}

/** More different texts than a check can have. */
const MOST_TEXTS = 1 << 24;

/** The logs of one check: for each place, by its number, the number of what happened there. */
export class History {
  private readonly logs = new Rows();
  private readonly places = new Interner();
  /** What happened at some place: the texts, in order. */
  private readonly stories = new Interner();
  private readonly told: (readonly string[])[] = [];
  /** By the number of a story and of the text behind it. */
  private readonly longer = new Map<number, number>();
  private readonly texts = new Interner();
  private readonly lists = new Interner();
  private readonly listed: (readonly NumberedHappening[])[] = [];
  private readonly log = new Row();
  /** The number of the empty log. */
  readonly nothing = this.logs.numberOf([]);
  private readonly silence = this.story([]);
  private readonly silent = this.list([]);

  /** The number of a list of happenings, for `extend`. */
  list(happenings: readonly Happening[]): number {
    const number = this.lists.numberOf(JSON.stringify(happenings));
    this.listed[number] ??= happenings.map(({ place, text }) => ({
      place: this.places.numberOf(place),
      text: this.texts.numberOf(text),
    }));
    return number;
  }

  /** The log with a list of happenings behind it. */
  extend(log: number, list: number): number {
    if (list === this.silent) return log;
    const happenings = mustGet(this.listed[list], "a list of happenings");
    const stories = this.log;
    this.logs.copy(log, stories);
    for (const { place, text } of happenings) {
      const before = place < stories.length ? (stories.numbers[place] as number) : this.silence;
      stories.set(place, this.append(before, text), this.silence);
    }
    return this.logs.store(stories);
  }

  /** A log in the order of its places. */
  storiesOf(log: number): readonly Story[] {
    const stories: Story[] = [];
    for (let place = 0; place < this.logs.lengthOf(log); place++) {
      const events = mustGet(this.told[this.logs.at(log, place) ?? this.silence], "what happened at a place");
      if (events.length > 0) stories.push({ place: this.places.textOf(place), events });
    }
    return stories.toSorted((a, b) => (a.place < b.place ? -1 : 1));
  }

  private append(story: number, textNumber: number): number {
    const key = story * MOST_TEXTS + textNumber;
    let number = this.longer.get(key);
    if (number === undefined) {
      const text = this.texts.textOf(textNumber);
      const before = mustGet(this.told[story], "what happened at a place");
      const last = before.at(-1);
      const isOneText = last?.startsWith('"') === true && text.startsWith('"');
      number = this.story(
        isOneText ? [...before.slice(0, -1), `${last.slice(0, -1)}${text.slice(1)}`] : [...before, text],
      );
      this.longer.set(key, number);
    }
    return number;
  }

  private story(texts: readonly string[]): number {
    const number = this.stories.numberOf(JSON.stringify(texts));
    this.told[number] = texts;
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

/** What was seen outside of a whole run, and how its promises settled: as a check says it of the orders that end like it. */
export function outcomeOf(records: readonly RunRecord[]): Pick<Outcome, "outside" | "promises"> {
  const history = new History();
  const stories = (happenings: readonly Happening[]): readonly Story[] =>
    history.storiesOf(history.extend(history.nothing, history.list(happenings)));
  return { outside: stories(seenIn(records)), promises: stories(settledIn(records)) };
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
    case "service-returns":
      return at("returns");
    case "service-throws":
      return at("throws");
    case "call-cancelled":
      return at("cancelled");
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
