/*
 * A state that notes what is read of it. Entries of its tables are stand-ins that note each field when it is asked for; the
 * copies that the model makes of them (copyWith) know which fields were replaced. So after a step it is known what the step
 * read, in order, and how it changed each table, whatever stood in what it did not read.
 *
 * What `encode` leaves out is noted by what it is a part of: a C++ object by what is alive behind the sockets, an address by
 * whether there is one. What stands there is another matter: whoever wants to know asks the object's machine, and that notes
 * the heap. Times and causes are not noted at all.
 */
import { assert } from "../../base/assert.ts";
import { COPY, type Copier, SHARES } from "../../base/copy.ts";
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

/** How a step changes a state's vector. */
export interface StateChange {
  /** Slots with a new number. */
  readonly slots: readonly (readonly [slot: number, number: number])[];
  /** Tables by slot, and how each changes. */
  readonly tables: readonly (readonly [slot: number, change: TableChange])[];
}

/** An entry as it stands in the watched state, or a copy of one with some fields replaced. */
interface StandIn {
  readonly watch: WatchedState;
  readonly table: number;
  readonly index: number;
  readonly original: Readonly<Record<string, unknown>>;
  /** Names under which the original has been asked, by way of any of its copies. */
  readonly asked: Set<string>;
  readonly patch: Readonly<Record<string, unknown>>;
  /** How the model copies such entries; null as long as it is no copy. */
  readonly copier: Copier<Readonly<Record<string, unknown>>> | null;
}

const STAND_IN: unique symbol = Symbol("stand-in");
const NOTHING: Readonly<Record<string, unknown>> = {};

/** What an entry's stand-in does when it is asked something. */
const ENTRY_TRAPS: ProxyHandler<StandIn> = {
  get(entry, name) {
    const { patch, copier, original, asked } = entry;
    if (typeof name === "string") {
      if (copier !== null && Object.hasOwn(patch, name)) return patch[name];
      if (!asked.has(name)) {
        asked.add(name);
        entry.watch.noteField(entry, name);
      }
      return original[name];
    }
    if (name === COPY)
      return (own: StandIn["patch"], by: StandIn["copier"]) =>
        new Proxy({ ...entry, patch: copier === null ? own : { ...patch, ...own }, copier: by }, ENTRY_TRAPS);
    return name === STAND_IN ? entry : undefined;
  },
  has(entry, name) {
    entry.watch.noteEntry(entry);
    return name in entry.original || name in entry.patch;
  },
  ownKeys(entry) {
    entry.watch.noteEntry(entry);
    return Reflect.ownKeys({ ...entry.original, ...entry.patch });
  },
  getOwnPropertyDescriptor: ({ original, patch }, name) => ({
    value: { ...original, ...patch }[String(name)],
    enumerable: true,
    configurable: true,
  }),
};

/** What the stand-in of a C++ object or of a pointer does: whatever is asked of one depends on what is alive. */
const LIFE_TRAPS: ProxyHandler<Pick<StandIn, "watch" | "original">> = {
  get({ watch, original }, name) {
    if (name === STAND_IN) return { original, copier: null };
    if (typeof name === "symbol") return undefined;
    watch.noteLives();
    return original[name];
  },
  ownKeys({ watch, original }) {
    watch.noteLives();
    return Reflect.ownKeys(original);
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
  private readonly copies = new WeakMap<StandIn, object>();
  /** The state to give to whatever is watched. */
  readonly state: State;

  /** `vector` is the state's. */
  constructor(space: StateSpace, vector: Int32Array, original: State) {
    this.space = space;
    this.vector = vector;
    this.original = original;
    this.state = this.standInForState({});
  }

  /**
   * The state that a step made of the watched one, free of stand-ins, and how it differs. Notes what its heaps and lifetimes
   * depend on.
   */
  finish(after: State): { readonly state: State; readonly change: StateChange } {
    const replaced =
      (after as { readonly [STAND_IN]?: Readonly<Record<string, unknown>> })[STAND_IN] ?? NOTHING;
    const plain: Record<string, unknown> = { ...this.original };
    for (const [name, value] of Object.entries(replaced))
      plain[name] = Array.isArray(value) ? this.plainTable(name, value) : value;
    const state = plain as unknown as State;
    for (const [table, name] of TABLES.entries())
      if (name in replaced) this.noteHeapsBehind(table, replaced[name] as readonly object[]);
    const slots: (readonly [number, number])[] = [];
    for (const [slot, name] of SCALARS.entries())
      if (name in replaced) slots.push([slot, this.space.scalar(state, name)]);
    if ("things" in replaced || "borrows" in replaced) {
      this.noteLives();
      slots.push([ALIVE, this.space.alive(state)]);
    }
    const tables: (readonly [number, TableChange])[] = [];
    for (const [table, name] of TABLES.entries()) {
      const change =
        name in replaced || table === ACTORS ? this.changeOf(table, state, replaced[name]) : null;
      if (change !== null) tables.push([FIRST_TABLE + table, change]);
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

  private isHeapNoted({ id }: Actor): boolean {
    return this.isNoted(ACTORS, id - 1, "machine");
  }

  private isNoted(table: number, index: number, name: string): boolean {
    return this.noted.has(packed(FIRST_TABLE + table, index, this.space.fieldOf(table, name)));
  }

  /** Notes that it was asked what is alive; for stand-ins. */
  noteLives(): void {
    this.note(ALIVE, SLOT, WHOLE);
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
  private noteOwnHeap(table: number, index: number, original: StandIn["original"]): void {
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
      const { index, original, patch } = standIn;
      const moves = index !== position && holdsRefs(original);
      if (!moves && !Object.keys(patch).some((name) => this.maySetRoots(standIn, name))) continue;
      this.noteOwnHeap(table, index, original);
      this.noteHeap(ownerOf(table, { ...original, ...patch }));
    }
  }

  /**
   * Whether a heap may be reached from other addresses once a field is replaced. Not if the field was read and holds the
   * same addresses as before: those within its parts are either carried along or fresh.
   */
  private maySetRoots({ table, index, original, patch }: StandIn, name: string): boolean {
    if (!countsForHeap(name)) return false;
    if (!LISTS_OF_ADDRESSES.has(name)) return true;
    return !this.isNoted(table, index, name) || !holdSameRefs(original[name], patch[name]);
  }

  private shrinks(table: number, entries: readonly object[]): boolean {
    return entries.length < this.original[TABLES[table] as TableName].length;
  }

  // ---- stand-ins

  private standInForState(patch: Record<string, unknown>): State {
    const { original } = this;
    const get = (name: string): unknown => {
      if (name in patch) return patch[name];
      const known = this.tables.get(name);
      if (known !== undefined) return known;
      const slot = SLOTS.get(name);
      if (slot === undefined)
        return name === "things" || name === "borrows" ? this.lives(name) : original[name as keyof State];
      if (slot >= FIRST_TABLE) return this.table(name as TableName, slot - FIRST_TABLE);
      this.note(slot, SLOT, WHOLE);
      return original[name as ScalarName];
    };
    return new Proxy(NOTHING as unknown as State, {
      get: (_, name) => {
        if (typeof name === "string") return get(name);
        if (name === COPY)
          return (own: Record<string, unknown>) => this.standInForState({ ...patch, ...own });
        if (name === SHARES) return (field: string) => !(field in patch);
        return name === STAND_IN ? patch : undefined;
      },
      set: (_, name, value) => {
        patch[String(name)] = value;
        return true;
      },
    });
  }

  private table(name: TableName, table: number): readonly object[] {
    this.note(FIRST_TABLE + table, LENGTH, WHOLE);
    const standIns = this.original[name].map(
      (original, index) =>
        new Proxy(
          {
            watch: this,
            table,
            index,
            original: original as unknown as StandIn["original"],
            asked: new Set<string>(),
            patch: NOTHING,
            copier: null,
          },
          ENTRY_TRAPS,
        ),
    );
    this.tables.set(name, standIns);
    return standIns;
  }

  private lives(name: "things" | "borrows"): readonly object[] {
    const standIns = this.original[name].map(
      (original) =>
        new Proxy({ watch: this, original: original as unknown as StandIn["original"] }, LIFE_TRAPS),
    );
    this.tables.set(name, standIns);
    return standIns;
  }

  /** A table without stand-ins. */
  private plainTable(name: string, entries: readonly unknown[]): readonly unknown[] {
    const standIns = this.tables.get(name) ?? [];
    const originals = this.original[name as TableName] as readonly unknown[];
    return entries.map((entry, index) => (entry === standIns[index] ? originals[index] : this.plain(entry)));
  }

  /** An entry without its stand-in. */
  private plain(entry: unknown): unknown {
    const standIn = standInOf(entry);
    if (standIn === null) return entry;
    const { original, patch, copier } = standIn;
    if (copier === null) return original;
    let copy = this.copies.get(standIn);
    if (copy === undefined) {
      copy = copier(original, patch);
      this.copies.set(standIn, copy);
    }
    return copy;
  }

  // ---- changes

  private changeOf(table: number, state: State, replaced: unknown): TableChange | null {
    const { space } = this;
    const before = this.original[TABLES[table] as TableName];
    const entries = (replaced ?? before) as readonly object[];
    const made = state[TABLES[table] as TableName];
    const whole: (readonly [number, number])[] = [];
    const fields: (readonly [number, number, number])[] = [];
    const untouched = this.tables.get(TABLES[table] as string) ?? before;
    entries.forEach((entry, index) => {
      if (entry === untouched[index] || entry === before[index]) return;
      const standIn = standInOf(entry);
      if (standIn === null) whole.push([index, space.entry(state, table, made[index] as object)]);
      else if (standIn.index !== index) {
        this.noteEntry(standIn);
        whole.push([index, space.entry(state, table, made[index] as object)]);
      } else
        for (const [name, value] of Object.entries(standIn.patch))
          if (weightOf(name) !== "none")
            fields.push([index, space.fieldOf(table, name), space.valueOf(name, value)]);
    });
    if (table === ACTORS)
      for (const actor of state.actors.slice(0, before.length)) {
        const heap = space.heap(state, actor);
        const field = space.fieldOf(ACTORS, "machine");
        if (this.isHeapNoted(actor)) fields.push([actor.id - 1, field, heap]);
        else {
          const was = space.read(this.vector, FIRST_TABLE + ACTORS, actor.id - 1, field);
          assert(
            heap === was,
            "a heap that has changed must have been noted: some address was replaced unseen",
          );
        }
      }
    const length = entries.length === before.length ? null : entries.length;
    if (length === null && whole.length === 0 && fields.length === 0) return null;
    fields.sort(([a], [b]) => a - b);
    return { length, entries: whole.flat(), fields: fields.flat() };
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

function fieldsOf(entry: object): StandIn["original"] {
  return entry as StandIn["original"];
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
