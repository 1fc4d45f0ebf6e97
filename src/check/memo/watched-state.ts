/*
 * A state that notes what is read of it. Entries of its tables are stand-ins that note each field when it is asked for; the
 * copies that the model makes of them (copyWith) know which fields were replaced. So after a step it is known what the step
 * read, in order, and how it changed each table, whatever stood in what it did not read.
 *
 * What `encode` leaves out is noted by what it is a part of: a C++ object by what is alive behind the sockets, an address by
 * whether there is one. What stands there is another matter: whoever wants to know asks the object's machine, and that notes
 * the heap. Times and causes are not noted at all.
 */
import { assert, mustGet } from "../../base/assert.ts";
import { COPY, type Copier, SHARES } from "../../base/copy.ts";
import { copyState } from "../../model/copies.ts";
import { weightOf } from "../../model/encode.ts";
import type { Actor, State } from "../../model/state.ts";
import {
  type Address,
  ALIVE,
  FIRST_TABLE,
  LENGTH,
  SCALARS,
  type ScalarName,
  SLOT,
  STATE_WORDS,
  type StateSpace,
  TABLES,
  type TableChange,
  type TableName,
  WHOLE,
} from "./state-space.ts";

const ACTORS = TABLES.indexOf("actors");

/** Where the scalars and the tables stand, by name. */
const SLOTS = new Map<string, number>([...SCALARS, ...TABLES].map((name, slot) => [name, slot]));

/** Tables of the state that count by what is alive, and fields without a weight of their own behind which something is. */
const LIVES = new Set(["things", "borrows"]);
const BEHIND = new Set(["machine", "things"]);

/** How a step changes a state's vector. */
export interface StateChange {
  /** Slots with a new number: slot and number, one after the other. */
  readonly slots: readonly number[];
  readonly tables: readonly TableChange[];
}

type Fields = Readonly<Record<string, unknown>>;

/** What a stand-in knows: of an entry by where it stands, or of the state. */
interface StandIn {
  readonly watch: WatchedState;
  readonly table: number;
  readonly index: number;
  readonly original: Fields;
}

/** What one knows that the model copies by `copyWith`. */
interface Copied extends StandIn {
  readonly kind: Kind;
  /** The original, or a copy with some fields replaced. Of the state with stand-ins in its tables. */
  readonly now: Record<string, unknown>;
  /** What is known of each field, by its position in the kind. */
  readonly known: number[];
}

/** Objects with the same fields. */
interface Kind {
  readonly names: readonly string[];
  readonly positions: ReadonlyMap<string, number>;
  /** What is known of the fields at first. */
  readonly known: readonly number[];
  /** Positions of those that decide from where a heap is reached. */
  readonly behindHeaps: readonly number[];
  readonly make: (of: Copied) => object;
}

/** A field that has not been asked for; that has, or need not be noted; that was replaced. */
const UNASKED = 0;
const NOTED = 1;
const REPLACED = 2;

const STAND_IN: unique symbol = Symbol("stand-in");

/** In the place of a table: the state itself. */
const STATE = -1;

/** Tables whose entries the model copies by `copyWith` alone; an entry of another is copied by reading all of it. */
const COPIED = new Set<string>([
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
] satisfies TableName[]);

/** The kinds of the state and of the entries of those tables, which all have the same fields. */
const kinds = new Map<number, Kind>();

function kindOf(table: number, sample: object): Kind {
  let kind = kinds.get(table);
  if (kind === undefined) {
    const names = Object.keys(sample);
    const isToNote = (name: string) =>
      table === STATE ? SLOTS.has(name) || LIVES.has(name) : weightOf(name) !== "none" || BEHIND.has(name);
    kind = {
      names,
      positions: new Map(names.map((name, position) => [name, position])),
      known: names.map((name) => (isToNote(name) ? UNASKED : NOTED)),
      behindHeaps: names.flatMap((name, position) => (countsForHeap(name) ? [position] : [])),
      make: makerOf(names),
    };
    kinds.set(table, kind);
  }
  return kind;
}

/**
 * Makes stand-ins of one kind. They are objects of a class of their own, whose properties look into what the stand-in knows:
 * to ask such a property costs the engine much less than to ask a Proxy.
 */
function makerOf(names: readonly string[]): Kind["make"] {
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
      return new Made({ watch, table, index, original, kind, now: copier(standIn.now, patch), known });
    }
    [SHARES](name: string): boolean {
      const { kind, known } = this[STAND_IN];
      return known[mustGet(kind.positions.get(name), name)] !== REPLACED;
    }
  }
  for (const [position, name] of names.entries())
    Object.defineProperty(Made.prototype, name, {
      get(this: Made) {
        const standIn = this[STAND_IN];
        if (standIn.known[position] === UNASKED) {
          standIn.known[position] = NOTED;
          standIn.watch.noteAsked(standIn, name);
        }
        return standIn.now[name];
      },
      set(this: Made, value) {
        const { known, now } = this[STAND_IN];
        known[position] = REPLACED;
        now[name] = value;
      },
    });
  return (of) => new Made(of);
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

/** A watch over one state. */
export class WatchedState {
  readonly reads: { at: Address; value: number }[] = [];
  private readonly noted = new Set<number>();
  private readonly space: StateSpace;
  private readonly vector: Int32Array;
  private readonly original: State;
  private readonly tables = new Map<string, readonly object[]>();
  /** The state to give to whatever is watched. */
  readonly state: State;

  /** `vector` is the state's. */
  constructor(space: StateSpace, vector: Int32Array, original: State) {
    this.space = space;
    this.vector = vector;
    this.original = original;
    const kind = kindOf(STATE, original);
    const fields = original as unknown as Fields;
    this.state = kind.make({
      watch: this,
      table: STATE,
      index: 0,
      original: fields,
      kind,
      now: copyState(original, {}) as unknown as Copied["now"],
      known: kind.known.slice(),
    }) as State;
  }

  /**
   * The state that a step made of the watched one, free of stand-ins, and how it differs. Notes what its heaps and lifetimes
   * depend on.
   */
  finish(after: State): { readonly state: State; readonly change: StateChange } {
    const { now, known, kind } = mustGet(copiedOf(after), "a state that was made of the watched one");
    const news: Record<string, unknown> = {};
    const replacedTables: (readonly [table: number, entries: readonly object[]])[] = [];
    const replacedScalars: (readonly [slot: number, name: ScalarName])[] = [];
    for (let position = 0; position < known.length; position++) {
      if (known[position] !== REPLACED) continue;
      const name = kind.names[position] as string;
      const slot = SLOTS.get(name) ?? ALIVE;
      news[name] = now[name];
      if (slot < FIRST_TABLE) replacedScalars.push([slot, name as ScalarName]);
      else if (slot < ALIVE) {
        const entries = now[name] as readonly object[];
        news[name] = this.plainTable(name as TableName, entries);
        replacedTables.push([slot - FIRST_TABLE, entries]);
      }
    }
    const state = copyState(this.original, news);
    for (const [table, entries] of replacedTables) this.noteHeapsBehind(table, entries);
    const slots = replacedScalars.flatMap(([slot, name]) => [slot, this.space.scalar(state, name)]);
    if ("things" in news || "borrows" in news) {
      this.noteLives();
      slots.push(ALIVE, this.space.alive(state));
    }
    const tables: TableChange[] = [];
    if (!("actors" in news)) replacedTables.push([ACTORS, this.original.actors]);
    for (const [table, entries] of replacedTables) {
      const change = this.changeOf(table, state, entries);
      if (change !== null) tables.push(change);
    }
    return { state, change: { slots, tables } };
  }

  // ---- noting

  private note(slot: number, index: number, field: number): void {
    const key = packed(slot, index, field);
    if (this.noted.has(key)) return;
    this.noted.add(key);
    this.reads.push({ at: { slot, index, field }, value: this.space.read(this.vector, slot, index, field) });
  }

  private noteHeap(actor: unknown): void {
    if (typeof actor === "number")
      this.note(FIRST_TABLE + ACTORS, actor - 1, this.space.fieldOf(ACTORS, "machine"));
    else for (const { id } of this.original.actors) this.noteHeap(id);
  }

  private isNoted(table: number, index: number, name: string): boolean {
    return this.noted.has(packed(FIRST_TABLE + table, index, this.space.fieldOf(table, name)));
  }

  /** Notes that it was asked what is alive; for stand-ins. */
  noteLives(): void {
    this.note(ALIVE, SLOT, WHOLE);
  }

  /** Notes that something was asked for that had not been before; for stand-ins of what is copied. */
  noteAsked(standIn: Copied, name: string): void {
    if (standIn.table === STATE) standIn.now[name] = this.askedFor(name);
    else this.noteField(standIn, name);
  }

  /** Notes that a field of an entry was read; for its stand-in. */
  noteField({ table, index, original }: StandIn, name: string): void {
    if (name === "machine") return this.noteHeap(original.id);
    if (name === "things") return this.noteLives();
    if (weightOf(name) === "none") return;
    this.note(FIRST_TABLE + table, index, this.space.fieldOf(table, name));
  }

  /** Notes that all of an entry was read; for its stand-in. */
  noteEntry({ table, index }: StandIn): void {
    this.note(FIRST_TABLE + table, index, WHOLE);
  }

  /** The heap on which the addresses in an entry are, which the entry itself says. */
  private noteOwnHeap(table: number, index: number, original: Fields): void {
    const field = "actor" in original ? "actor" : "task" in original ? "task" : null;
    if (table !== ACTORS && field !== null)
      this.note(FIRST_TABLE + table, index, this.space.fieldOf(table, field));
    this.noteHeap(ownerOf(table, original));
  }

  /**
   * A heap is compared by what can be reached from the addresses in the tables. So where a step replaces such an address, or
   * an entry that has some, the value of the heap changes, and depends on what it was.
   */
  private noteHeapsBehind(table: number, entries: readonly object[]): void {
    const gone = this.shrinks(table, entries) ? this.original[TABLES[table] as TableName] : [];
    for (const entry of gone) if (holdsRefs(entry)) this.noteHeap(ownerOf(table, fieldsOf(entry)));
    const untouched = this.tables.get(TABLES[table] as string) ?? [];
    for (const [position, entry] of entries.entries()) {
      if (entry === untouched[position]) continue;
      const standIn = standInOf(entry);
      if (standIn === null) {
        if (holdsRefs(entry)) this.noteHeap(ownerOf(table, fieldsOf(entry)));
        continue;
      }
      const { index, original } = standIn;
      const moves = index !== position && holdsRefs(original);
      const copied = copiedOf(entry);
      if (!moves && (copied === null || !copied.kind.behindHeaps.some((at) => this.maySetRoots(copied, at))))
        continue;
      this.noteOwnHeap(table, index, original);
      this.noteHeap(ownerOf(table, copied?.now ?? original));
    }
  }

  /**
   * Whether a heap may be reached from other addresses once a field is replaced. Not if the field was read and holds the
   * same addresses as before: those within its parts are either carried along or fresh.
   */
  private maySetRoots({ table, index, original, now, known, kind }: Copied, position: number): boolean {
    if (known[position] !== REPLACED) return false;
    const name = kind.names[position] as string;
    if (!LISTS_OF_ADDRESSES.has(name)) return true;
    return !this.isNoted(table, index, name) || !holdSameRefs(original[name], now[name]);
  }

  private shrinks(table: number, entries: readonly object[]): boolean {
    return entries.length < this.original[TABLES[table] as TableName].length;
  }

  // ---- stand-ins

  /** A part of the state that is asked for. */
  private askedFor(name: string): unknown {
    const known = this.tables.get(name);
    if (known !== undefined) return known;
    const slot = SLOTS.get(name);
    if (slot !== undefined && slot >= FIRST_TABLE) return this.table(name as TableName, slot - FIRST_TABLE);
    if (slot === undefined) this.noteLives();
    else this.note(slot, SLOT, WHOLE);
    return this.original[name as keyof State];
  }

  private table(name: TableName, table: number): readonly object[] {
    this.note(FIRST_TABLE + table, LENGTH, WHOLE);
    const isCopied = COPIED.has(name);
    const standIns = this.original[name].map((entry, index) => {
      const original = entry as unknown as Fields;
      if (!isCopied) return new Proxy({ watch: this, table, index, original }, ENTRY_TRAPS);
      const kind = kindOf(table, entry as object);
      const known = kind.known.slice();
      return kind.make({ watch: this, table, index, original, kind, now: original, known });
    });
    this.tables.set(name, standIns);
    return standIns;
  }

  /** A table without stand-ins. */
  private plainTable(name: TableName, entries: readonly object[]): readonly object[] {
    const standIns = this.tables.get(name) ?? [];
    const originals = this.original[name];
    return entries.map((entry, index) =>
      entry === standIns[index]
        ? (originals[index] as object)
        : (copiedOf(entry)?.now ?? standInOf(entry)?.original ?? entry),
    );
  }

  // ---- changes

  private changeOf(table: number, state: State, entries: readonly object[]): TableChange | null {
    const { space } = this;
    const before = this.original[TABLES[table] as TableName];
    const made = state[TABLES[table] as TableName];
    const untouched = this.tables.get(TABLES[table] as string) ?? before;
    const whole: number[] = [];
    const fields: number[] = [];
    for (const [index, entry] of entries.entries()) {
      if (entry !== untouched[index] && entry !== before[index]) {
        const standIn = standInOf(entry);
        if (standIn?.index === index) this.pushReplaced(fields, standIn as Copied);
        else {
          if (standIn !== null) this.noteEntry(standIn);
          whole.push(index, space.entry(state, table, made[index] as object));
        }
      }
      if (table === ACTORS && index < before.length) this.pushHeap(fields, state, index);
    }
    const length = entries.length === before.length ? null : entries.length;
    return length === null && whole.length === 0 && fields.length === 0
      ? null
      : { slot: FIRST_TABLE + table, length, entries: whole, fields };
  }

  private pushReplaced(fields: number[], { table, index, kind, known, now }: Copied): void {
    const { space } = this;
    for (let position = 0; position < known.length; position++) {
      const name = kind.names[position] as string;
      if (known[position] === REPLACED && weightOf(name) !== "none")
        fields.push(index, space.fieldOf(table, name), space.valueOf(name, now[name]));
    }
  }

  private pushHeap(fields: number[], state: State, index: number): void {
    const { space } = this;
    const heap = space.heap(state, state.actors[index] as Actor);
    const field = space.fieldOf(ACTORS, "machine");
    if (this.isNoted(ACTORS, index, "machine")) fields.push(index, field, heap);
    else {
      const was = space.read(this.vector, FIRST_TABLE + ACTORS, index, field);
      assert(heap === was, "a heap that has changed must have been noted: some address was replaced unseen");
    }
  }
}

/** An address in one number. */
function packed(slot: number, index: number, field: number): number {
  return ((index + 2) * STATE_WORDS + slot) * 1_024 + field + 1;
}

function standInOf(entry: unknown): StandIn | null {
  if (typeof entry !== "object" || entry === null) return null;
  return (entry as { readonly [STAND_IN]?: StandIn })[STAND_IN] ?? null;
}

function copiedOf(entry: unknown): Copied | null {
  const standIn = standInOf(entry);
  return standIn !== null && "kind" in standIn ? (standIn as Copied) : null;
}

function fieldsOf(entry: object): Fields {
  return entry as Fields;
}

/** The object on whose heap the addresses of an entry are. */
function ownerOf(table: number, entry: Readonly<Record<string, unknown>>): unknown {
  if (table === ACTORS) return entry.id;
  const { task } = entry as { readonly task?: Readonly<Record<string, unknown>> };
  return entry.actor ?? task?.actor;
}

/** Fields that decide, besides addresses themselves, from where a heap is reached. */
const BEHIND_HEAPS = new Set([
  "actor",
  "context",
  "done",
  "machine",
  "queue",
  "chunk",
  "chunks",
  "inputQueue",
  "sections",
  "listeners",
  "entry",
  "task",
]);

/** Those of them whose addresses are roots whatever else stands beside them. */
const LISTS_OF_ADDRESSES = new Set(["queue", "chunk", "chunks", "sections", "listeners"]);

/** Whether two values hold the same addresses at the same places; a place where there is none counts, too. */
function holdSameRefs(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after) && before.length !== after.length) return false;
  if (!isObject(before) || !isObject(after)) return !holdsRefs(before) && !holdsRefs(after);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) =>
    weightOf(name) === "zero" ? before[name] === after[name] : holdSameRefs(before[name], after[name]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function countsForHeap(name: string): boolean {
  return weightOf(name) === "zero" || BEHIND_HEAPS.has(name);
}

function isRef(name: string, value: unknown): boolean {
  return value !== 0 && weightOf(name) === "zero";
}

const known = new WeakMap<object, boolean>();

/** Whether there is an address that is not 0 in a value. */
function holdsRefs(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  let holds = known.get(value);
  if (holds === undefined) {
    holds = Object.entries(value).some(
      ([name, part]) => isRef(name, part) || (name !== "machine" && holdsRefs(part)),
    );
    known.set(value, holds);
  }
  return holds;
}
