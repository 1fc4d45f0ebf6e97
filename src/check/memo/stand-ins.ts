/*
 * What stands in for a state and its entries while a step is watched: it tells the watch what is asked of it, and what the
 * model makes of it by `copyWith` knows which fields were replaced.
 */
import { mustGet } from "../../base/assert.ts";
import {
  CHANGED,
  type ChangedEntry,
  COPY,
  type Copier,
  differing,
  ENTRY,
  SET_ENTRY,
  SHARES,
} from "../../base/copy.ts";
import { weightOf } from "../../model/encode.ts";
import { countsForHeap } from "./heap-addresses.ts";
import { isTakenApart, SCALARS, TABLES, type TableName } from "./state-space.ts";

/** Who is told what is asked. */
export interface Watch {
  /** A field that need be noted was asked for, of something that is copied, for the first time since it was made. */
  noteAsked(standIn: Copied, name: string): void;
  /** The stand-in for what an entry has in a field whose parts count one by one. */
  partsOf(standIn: Copied, name: string): object;
  /** How many entries a table has was asked for. */
  noteLength(table: string): void;
  /** The stand-ins for a table's entries. */
  standInsOf(table: string): readonly object[];
  noteField(standIn: StandIn, name: string): void;
  noteEntry(standIn: StandIn): void;
}

/** Parts of the state that are noted, and fields without a weight of their own behind which something is. */
const PARTS = new Set<string>([...SCALARS, ...TABLES]);
const BEHIND = new Set(["machine", "things"]);

export type Fields = Readonly<Record<string, unknown>>;

/** What a stand-in knows: of an entry by where it stands, or of the state. */
export interface StandIn {
  readonly watch: Watch;
  readonly table: number;
  readonly index: number;
  readonly original: Fields;
}

/** What one knows that the model copies by `copyWith`. */
export interface Copied extends StandIn {
  readonly kind: Kind;
  /** The original, or a copy with some fields replaced. Of the state with stand-ins in its tables. */
  readonly now: Record<string, unknown>;
  /** What is known of each field, by its position in the kind. */
  readonly known: number[];
  /** Stand-ins that were put into fields whose parts count one by one, by their names; `now` has what they stand for. */
  readonly parts: Readonly<Record<string, object>>;
}

/** Objects with the same fields. */
interface Kind {
  readonly names: readonly string[];
  /** What stands before the names in those of the state space. */
  readonly prefix: string;
  readonly positions: ReadonlyMap<string, number>;
  /** What is known of the fields at first. */
  readonly known: readonly number[];
  /** One that every entry has, whatever stands in it. */
  readonly identity: string;
  /** Positions of those that decide from where a heap is reached. */
  readonly behindHeaps: readonly number[];
  readonly make: (of: Copied) => object;
}

/**
 * A field that has not been asked for; a table of which entries were replaced without asking how many there are; a field that
 * has been asked for, or need not be noted; that was replaced.
 */
const UNASKED = 0;
const PATCHED = 1;
const NOTED = 2;
const REPLACED = 3;

/** Whether what is known of a field is that it is not the original's. */
export function isReplaced(known: number | undefined): boolean {
  return known === REPLACED || known === PATCHED;
}

/** Whether a field of something that is copied was replaced. */
export function isReplacedIn({ kind, known }: Copied, name: string): boolean {
  return isReplaced(known[mustGet(kind.positions.get(name), name)]);
}

const STAND_IN: unique symbol = Symbol("stand-in");

/** In the place of a table: the state itself. */
export const STATE = -1;

/** Tables whose entries the model copies by `copyWith` alone; an entry of another is copied by reading all of it. */
const COPIED_TABLES = [
  "objects",
  "actors",
  "locks",
  "waiters",
  "commits",
  "requests",
  "sockets",
  "calls",
  "webSockets",
  "seen",
] satisfies TableName[];
const COPIED = new Set([STATE, ...COPIED_TABLES.map((name) => TABLES.indexOf(name))]);

/**
 * A stand-in for an entry of a table, or for the STATE. `now` is what stands for the original: of the state a copy, as it gets
 * stand-ins in its tables.
 */
export function makeStandIn(
  watch: Watch,
  table: number,
  index: number,
  original: Fields,
  now: Record<string, unknown> = original,
): object {
  if (!COPIED.has(table)) return new Proxy({ watch, table, index, original }, ENTRY_TRAPS);
  const kind = kindOf(kinds, table, original, "");
  return kind.make({ watch, table, index, original, kind, now, known: kind.known.slice(), parts: {} });
}

/** A stand-in for what an entry has in a field whose parts count one by one. */
export function makeParts({ watch, table, index, original: entry }: StandIn, name: string): object {
  const original = entry[name] as Fields;
  const kind = kindOf(kindsOfParts, table, original, `${name}.`);
  return kind.make({
    watch,
    table,
    index,
    original,
    kind,
    now: original,
    known: kind.known.slice(),
    parts: {},
  });
}

/** The kinds of the state and of the entries of those tables, and of what is taken apart: all of one have the same fields. */
const kinds = new Map<number, Kind>();
const kindsOfParts = new Map<number, Kind>();

function kindOf(known: Map<number, Kind>, table: number, sample: object, prefix: string): Kind {
  let kind = known.get(table);
  if (kind === undefined) {
    const names = Object.keys(sample);
    const isToNote = (name: string) =>
      table === STATE ? PARTS.has(name) : weightOf(name) !== "none" || BEHIND.has(name);
    kind = {
      names,
      prefix,
      positions: new Map(names.map((name, position) => [name, position])),
      known: names.map((name) => (isToNote(name) ? UNASKED : NOTED)),
      identity: names.find((name) => name === "id") ?? (names[0] as string),
      behindHeaps: names.flatMap((name, position) => (countsForHeap(name) ? [position] : [])),
      make: makerOf(names, table),
    };
    known.set(table, kind);
  }
  return kind;
}

/**
 * Makes stand-ins of one kind. They are objects of a class of their own, whose properties look into what the stand-in knows:
 * to ask such a property costs the engine much less than to ask a Proxy.
 */
function makerOf(names: readonly string[], table: number): Kind["make"] {
  class Made {
    readonly [STAND_IN]: Copied;
    constructor(of: Copied) {
      this[STAND_IN] = of;
    }
    [COPY](patch: Fields, copier: Copier<Fields>): object {
      const standIn = this[STAND_IN];
      const { watch, table, index, original, kind } = standIn;
      const known = standIn.known.slice();
      for (const name of Object.keys(patch)) known[mustGet(kind.positions.get(name), name)] = REPLACED;
      const now = copier(standIn.now, patch);
      const parts = partsIn(standIn, patch, now);
      return new Made({ watch, table, index, original, kind, now, known, parts });
    }
    [SHARES](name: string): boolean {
      return !isReplacedIn(this[STAND_IN], name);
    }
    [CHANGED](original: object, name: string): readonly ChangedEntry<object>[] {
      const before = mustGet(copiedOf(original), "the stand-in that this one is a copy of");
      return differing(tableOf(before, name), tableOf(this[STAND_IN], name));
    }
    [ENTRY](name: string, position: number): object | undefined {
      const entry = tableOf(this[STAND_IN], name)[position];
      // That there is none is for the table itself to say.
      return entry ?? (this as unknown as Readonly<Record<string, readonly object[]>>)[name]?.[position];
    }
    [SET_ENTRY](name: string, position: number, entry: object): void {
      const { kind, known, now } = this[STAND_IN];
      const at = mustGet(kind.positions.get(name), name);
      const next = tableOf(this[STAND_IN], name).slice();
      next[position] = entry;
      now[name] = next;
      known[at] = (known[at] as number) < NOTED ? PATCHED : REPLACED;
    }
  }
  for (const [position, name] of names.entries()) {
    if (isTakenApart(table, name)) {
      Object.defineProperty(Made.prototype, name, {
        get(this: Made) {
          const standIn = this[STAND_IN];
          if (standIn.parts[name] !== undefined) return standIn.parts[name];
          return isReplaced(standIn.known[position])
            ? standIn.now[name]
            : standIn.watch.partsOf(standIn, name);
        },
      });
      continue;
    }
    Object.defineProperty(Made.prototype, name, {
      get(this: Made) {
        const standIn = this[STAND_IN];
        const { known } = standIn;
        if ((known[position] as number) < NOTED) {
          if (known[position] === PATCHED) {
            known[position] = REPLACED;
            standIn.watch.noteLength(name);
          } else {
            known[position] = NOTED;
            standIn.watch.noteAsked(standIn, name);
          }
        }
        return standIn.now[name];
      },
      set(this: Made, value) {
        const { known, now } = this[STAND_IN];
        known[position] = REPLACED;
        now[name] = value;
      },
    });
  }
  return (of) => new Made(of);
}

/** The stand-ins that a copy has in fields whose parts count one by one; `now` of the copy gets what they stand for. */
function partsIn({ table, parts }: Copied, patch: Fields, now: Record<string, unknown>): Copied["parts"] {
  let found = parts;
  for (const name of Object.keys(patch)) {
    if (!isTakenApart(table, name)) continue;
    const given = copiedOf(patch[name]);
    found = { ...found };
    if (given === null) delete (found as Record<string, object>)[name];
    else {
      (found as Record<string, object>)[name] = patch[name] as object;
      now[name] = given.now;
    }
  }
  return found;
}

/** A table of a state, as it is now. */
function tableOf({ kind, known, now, watch }: Copied, name: string): readonly object[] {
  const isOriginal = known[mustGet(kind.positions.get(name), name)] === UNASKED;
  return isOriginal ? watch.standInsOf(name) : (now[name] as readonly object[]);
}

/** What the stand-in of any other entry does when it is asked something. */
const ENTRY_TRAPS: ProxyHandler<StandIn> = {
  get(entry, name) {
    if (typeof name === "symbol") return name === STAND_IN ? entry : undefined;
    entry.watch.noteField(entry, name);
    return entry.original[name];
  },
  has(entry, name) {
    entry.watch.noteEntry(entry);
    return name in entry.original;
  },
  ownKeys(entry) {
    entry.watch.noteEntry(entry);
    return Reflect.ownKeys(entry.original);
  },
  getOwnPropertyDescriptor: ({ original }, name) => ({
    value: original[String(name)],
    enumerable: true,
    configurable: true,
  }),
};

export function standInOf(entry: unknown): StandIn | null {
  if (typeof entry !== "object" || entry === null) return null;
  return (entry as { readonly [STAND_IN]?: StandIn })[STAND_IN] ?? null;
}

export function copiedOf(entry: unknown): Copied | null {
  const standIn = standInOf(entry);
  return standIn !== null && "kind" in standIn ? (standIn as Copied) : null;
}
