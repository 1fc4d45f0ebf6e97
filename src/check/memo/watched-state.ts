/*
 * A state that notes what is read of it. Entries of its tables are stand-ins that note each field when it is asked for; the
 * copies that the model makes of them (copyWith) know which fields were replaced. So after a step it is known what the step
 * read, in order, and how it changed each table, whatever stood in what it did not read.
 *
 * What `encode` leaves out is noted by what it is a part of: a C++ object by what is alive behind its socket, an address by
 * whether there is one. What stands there is another matter: whoever wants to know asks the object's machine, and that notes
 * the heap. Times and causes are not noted at all.
 */
import { assert, mustGet } from "../../base/assert.ts";
import { copySocket, copyState } from "../../model/copies.ts";
import { hasHeap, weightOf } from "../../model/encode.ts";
import type { Actor, SocketState, State } from "../../model/state.ts";
import { holdSameRefs, holdsRefs, LISTS_OF_ADDRESSES } from "./heap-addresses.ts";
import {
  type Copied,
  copiedOf,
  type Fields,
  isReplaced,
  isReplacedIn,
  makeParts,
  makeStandIn,
  STATE,
  type StandIn,
  standInOf,
  type Watch,
} from "./stand-ins.ts";
import {
  ACTORS,
  type Address,
  isTakenApart,
  LENGTH,
  SCALARS,
  SCALARS_SLOT,
  type ScalarName,
  SOCKETS,
  STATE_WORDS,
  type StateSpace,
  TABLES,
  type TableChange,
  type TableName,
  WHOLE,
} from "./state-space.ts";

/** Which table, or which scalar, has a name. */
const TABLE_NUMBERS = new Map<string, number>(TABLES.map((name, table) => [name, table]));
const SCALAR_NUMBERS = new Map<string, number>(SCALARS.map((name, scalar) => [name, scalar]));

/** How a step changes a state's vector. */
export type StateChange = readonly TableChange[];

/** A watch over one state. */
export class WatchedState implements Watch {
  readonly reads: { at: Address; value: number }[] = [];
  private readonly noted = new Set<number>();
  private readonly space: StateSpace;
  private readonly vector: Int32Array;
  private readonly original: State;
  private readonly tables = new Map<string, readonly object[]>();
  /** Stand-ins for what entries have in fields whose parts count one by one, by where those are. */
  private readonly parts = new Map<string, object>();
  /** The objects whose life the step ends, whatever it was: nothing is reached on their heaps any more. */
  private readonly ended = new Set<unknown>();
  /** The state to give to whatever is watched. */
  readonly state: State;

  /** `vector` is the state's. */
  constructor(space: StateSpace, vector: Int32Array, original: State) {
    this.space = space;
    this.vector = vector;
    this.original = original;
    const now = copyState(original, {}) as unknown as Copied["now"];
    this.state = makeStandIn(this, STATE, 0, fieldsOf(original), now) as State;
  }

  /**
   * The state that a step made of the watched one, free of stand-ins, and how it differs. Notes what its heaps and lifetimes
   * depend on.
   */
  finish(after: State): { readonly state: State; readonly change: StateChange } {
    const { now, known, kind } = mustGet(copiedOf(after), "a state that was made of the watched one");
    const news: Record<string, unknown> = {};
    const replacedTables: (readonly [table: number, entries: readonly object[]])[] = [];
    const scalars: number[] = [];
    for (let position = 0; position < known.length; position++) {
      if (!isReplaced(known[position])) continue;
      const name = kind.names[position] as string;
      news[name] = now[name];
      const table = TABLE_NUMBERS.get(name);
      const scalar = SCALAR_NUMBERS.get(name);
      if (scalar !== undefined) scalars.push(scalar, this.space.scalar(now[name] as State[ScalarName]));
      if (table === undefined) continue;
      const entries = now[name] as readonly object[];
      news[name] = this.plainTable(name as TableName, entries);
      replacedTables.push([table, entries]);
    }
    const state = copyState(this.original, news);
    if ("actors" in news) this.findEnded(now.actors as readonly object[]);
    for (const [table, entries] of replacedTables) this.noteHeapsBehind(table, entries);
    const change: TableChange[] = [];
    if (scalars.length > 0)
      change.push(this.space.numbered({ slot: SCALARS_SLOT, length: null, entries: scalars, fields: [] }));
    if (!("actors" in news)) replacedTables.push([ACTORS, this.original.actors]);
    if (this.lifetimesMayChange(state) && !("sockets" in news))
      replacedTables.push([SOCKETS, this.original.sockets]);
    for (const [table, entries] of replacedTables) {
      const one = this.changeOf(table, state, entries);
      if (one !== null) change.push(one);
    }
    return { state, change };
  }

  // ---- noting

  private note(slot: number, index: number, field: number): void {
    const key = packed(slot, index, field);
    if (this.noted.has(key)) return;
    this.noted.add(key);
    this.reads.push({ at: { slot, index, field }, value: this.space.read(this.vector, slot, index, field) });
  }

  private noteHeap(actor: unknown): void {
    if (this.ended.has(actor)) return;
    if (typeof actor === "number") this.note(ACTORS, actor - 1, this.space.fieldOf(ACTORS, "machine"));
    else {
      this.noteLength("actors");
      for (const { id } of this.original.actors) this.noteHeap(id);
    }
  }

  private findEnded(actors: readonly object[]): void {
    for (const actor of actors) {
      const copied = copiedOf(actor);
      if (copied !== null && isReplacedIn(copied, "context") && !hasHeap(copied.now as unknown as Actor))
        this.ended.add(copied.original.id);
    }
  }

  private isNoted(table: number, index: number, name: string): boolean {
    return this.noted.has(packed(table, index, this.space.fieldOf(table, name)));
  }

  /** Notes that something was asked for that had not been before; for stand-ins of what is copied. */
  noteAsked(standIn: Copied, name: string): void {
    if (standIn.table === STATE) standIn.now[name] = this.askedFor(name);
    else if (standIn.kind.prefix !== "") this.notePart(standIn, name);
    else this.noteField(standIn, name);
  }

  /** Notes that it was asked how many entries a table has; for the state's stand-in. */
  noteLength(table: string): void {
    this.note(mustGet(TABLE_NUMBERS.get(table), table), LENGTH, WHOLE);
  }

  /** Notes that a field of an entry was read; for its stand-in. */
  noteField({ table, index, original }: StandIn, name: string): void {
    if (name === "machine") return this.noteHeap(original.id);
    if (name !== "things" && weightOf(name) === "none") return;
    this.note(table, index, this.space.fieldOf(table, name));
  }

  /** Notes all parts that are still those of the entry that they are from. */
  private noteParts(parts: Copied): void {
    for (const [position, name] of parts.kind.names.entries())
      if (!isReplaced(parts.known[position])) this.notePart(parts, name);
  }

  private notePart({ table, index, kind }: Copied, name: string): void {
    this.note(table, index, this.space.fieldOf(table, kind.prefix + name));
  }

  /** Notes that all of an entry was read; for its stand-in. */
  noteEntry({ table, index }: StandIn): void {
    this.note(table, index, WHOLE);
  }

  /** The heap on which the addresses in an entry are, which the entry itself says. */
  private noteOwnHeap(table: number, index: number, original: Fields): void {
    const field = "actor" in original ? "actor" : "task" in original ? "task" : null;
    if (table !== ACTORS && field !== null) this.note(table, index, this.space.fieldOf(table, field));
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
    if (!isReplaced(known[position])) return false;
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
    if (TABLE_NUMBERS.has(name)) {
      this.noteLength(name);
      return this.standInsOf(name);
    }
    this.note(SCALARS_SLOT, mustGet(SCALAR_NUMBERS.get(name), name), WHOLE);
    return this.original[name as keyof State];
  }

  /** The stand-ins for a table's entries; for the state's stand-in. */
  standInsOf(name: string): readonly object[] {
    let standIns = this.tables.get(name);
    if (standIns === undefined) {
      const table = mustGet(TABLE_NUMBERS.get(name), name);
      standIns = this.original[name as TableName].map((entry, index) =>
        makeStandIn(this, table, index, fieldsOf(entry as object)),
      );
      this.tables.set(name, standIns);
    }
    return standIns;
  }

  /** The stand-in for what an entry has in a field whose parts count one by one; for the entry's stand-in. */
  partsOf(standIn: Copied, name: string): object {
    const key = `${standIn.table} ${standIn.index} ${name}`;
    let parts = this.parts.get(key);
    if (parts === undefined) {
      parts = makeParts(standIn, name);
      this.parts.set(key, parts);
    }
    return parts;
  }

  /** A table without stand-ins. */
  private plainTable(name: TableName, entries: readonly object[]): readonly object[] {
    const standIns = this.tables.get(name) ?? [];
    const originals = this.original[name];
    return entries.map((entry, index) => {
      if (entry === standIns[index]) return originals[index] as object;
      const known = copiedOf(entry)?.now ?? standInOf(entry)?.original;
      return known ?? (name === "sockets" ? this.withPlainParts(entry as SocketState) : entry);
    });
  }

  /** A new socket may have got what another one has in a field whose parts count one by one. */
  private withPlainParts(socket: SocketState): SocketState {
    const given = copiedOf(socket.peer);
    if (given === null) return socket;
    this.noteParts(given);
    return copySocket(socket, { peer: given.now as unknown as SocketState["peer"] });
  }

  // ---- changes

  private lifetimesMayChange({ things, borrows }: State): boolean {
    return things !== this.original.things || borrows !== this.original.borrows;
  }

  private changeOf(table: number, state: State, entries: readonly object[]): TableChange | null {
    const { space } = this;
    const before = this.original[TABLES[table] as TableName];
    const made = state[TABLES[table] as TableName];
    const untouched = this.tables.get(TABLES[table] as string) ?? before;
    const whole: number[] = [];
    const fields: number[] = [];
    const lifetimesMayChange = table === SOCKETS && this.lifetimesMayChange(state);
    for (const [index, entry] of entries.entries()) {
      const standIn = standInOf(entry);
      const isTouched = entry !== untouched[index] && entry !== before[index];
      if (isTouched && standIn?.index !== index) {
        if (standIn !== null) this.noteEntry(standIn);
        whole.push(index, space.entry(state, table, made[index] as object));
      } else {
        if (isTouched) this.pushReplaced(fields, standIn as Copied);
        if (lifetimesMayChange) this.pushLifetimes(fields, state, index);
      }
      if (table === ACTORS && index < before.length) this.pushHeap(fields, state, index);
    }
    const length = entries.length === before.length ? null : entries.length;
    return length === null && whole.length === 0 && fields.length === 0
      ? null
      : space.numbered({ slot: table, length, entries: whole, fields });
  }

  private pushReplaced(fields: number[], standIn: Copied): void {
    const { space } = this;
    const { table, index, kind, known, now } = standIn;
    // At least that there is such an entry decides.
    this.note(table, index, space.fieldOf(table, kind.identity));
    for (let position = 0; position < known.length; position++) {
      const name = kind.names[position] as string;
      if (!isReplaced(known[position])) continue;
      if (isTakenApart(table, name)) this.pushParts(fields, standIn, name);
      else if (weightOf(name) !== "none")
        fields.push(index, space.fieldOf(table, name), space.valueOf(name, now[name]));
    }
  }

  /** What was put into a field whose parts count one by one: those that were replaced, or all of them. */
  private pushParts(fields: number[], { table, index, now, parts }: Copied, name: string): void {
    const { space } = this;
    const given = copiedOf(parts[name]);
    const isOwn = given?.index === index;
    if (given !== null && !isOwn) this.noteParts(given);
    for (const [part, value] of Object.entries(now[name] as object)) {
      if (!isOwn || isReplacedIn(given, part))
        fields.push(index, space.fieldOf(table, `${name}.${part}`), space.valueOf(part, value));
    }
  }

  /** What is alive behind a socket, if that has changed: which others that concerns is a part of it. */
  private pushLifetimes(fields: number[], state: State, index: number): void {
    const { space } = this;
    const field = space.fieldOf(SOCKETS, "things");
    const lifetimes = space.lifetimes(state, state.sockets[index] as SocketState);
    if (lifetimes === space.read(this.vector, SOCKETS, index, field)) return;
    this.note(SOCKETS, index, field);
    fields.push(index, field, lifetimes);
  }

  private pushHeap(fields: number[], state: State, index: number): void {
    const { space } = this;
    const heap = space.heap(state, state.actors[index] as Actor);
    const field = space.fieldOf(ACTORS, "machine");
    const isKnown = this.ended.has(index + 1) || this.isNoted(ACTORS, index, "machine");
    if (isKnown) fields.push(index, field, heap);
    else {
      const was = space.read(this.vector, ACTORS, index, field);
      assert(heap === was, "a heap that has changed must have been noted: some address was replaced unseen");
    }
  }
}

/** An address in one number. */
function packed(slot: number, index: number, field: number): number {
  return ((index + 2) * STATE_WORDS + slot) * 1_024 + field + 1;
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
