/*
 * States as numbers. Every different value of a field has a number, so has every different row of values (an entry of a
 * table), and every different list of rows (a table). A vector holds one number for each table of the state, and one for the
 * row of its scalars:
 *
 *   sockets: 7  ->  table 7 = [entry 3, entry 5]  ->  entry 5 = [value 12, value 1, value 40, ...]  ->  value 40 = "open"
 *
 * What `encode` leaves out (times, causes, addresses) has no number. What is reachable on an object's heap is the value of
 * its field `machine`, and what is alive behind a socket that of its field `things`. The fields of a socket's `peer` count one
 * by one: "peer.fin".
 */
import {
  countingPart,
  encodeEntry,
  hasHeap,
  heapOf,
  lifetimesOf,
  rootsOf,
  weightOf,
} from "../../model/encode.ts";
import type { Actor, SocketState, State } from "../../model/state.ts";
import { Interner } from "../interner.ts";
import { NO_RESULT, RecentPairs } from "./recent-pairs.ts";
import { Row, Rows } from "./rows.ts";

/** The tables of a state that are compared entry by entry. */
export const TABLES = [
  "objects",
  "actors",
  "locks",
  "waiters",
  "commits",
  "requests",
  "sockets",
  "streamLocks",
  "calls",
  "stubs",
  "webSockets",
  "cursors",
  "timers",
  "reads",
  "syncs",
  "runq",
  "seen",
] as const satisfies readonly (keyof State)[];
export type TableName = (typeof TABLES)[number];

/** The fields of a state that are compared as a whole. */
export const SCALARS = [
  "writeCount",
  "commitCount",
  "checkCount",
  "nextTimer",
  "timerBounds",
  "blockedOn",
  "stuck",
  "leaked",
  "idNames",
  "sectionParents",
  "polled",
] as const satisfies readonly (keyof State)[];
export type ScalarName = (typeof SCALARS)[number];

/** Where in a vector the scalars stand, as the entries of one more table: behind the tables, which stand in their order. */
export const SCALARS_SLOT = TABLES.length;
export const STATE_WORDS = TABLES.length + 1;

export const ACTORS = slotOf("actors");
export const SOCKETS = slotOf("sockets");

/** Whether the fields of what stands in a field count one by one. */
export function isTakenApart(table: number, field: string): boolean {
  return table === SOCKETS && field === "peer";
}

/** Where a table stands. */
export function slotOf(table: TableName): number {
  return TABLES.indexOf(table);
}

/** What stands for a whole entry, for a table's length, and for a slot of the vector as it is, in the place of a field or a position. */
export const WHOLE = -1;
export const LENGTH = -1;
export const SLOT = -2;

/** A part of a state: a slot of the vector; or of what is in a slot its length, an entry (a scalar), or an entry's field. */
export interface Address {
  readonly slot: number;
  /** Position of the entry, LENGTH or SLOT. */
  readonly index: number;
  /** Number of the field, or WHOLE. */
  readonly field: number;
}

/** The value of a field that an entry does not have, and of an entry that a table does not have. */
const ABSENT = -1;

/** How a step changes a table, whatever else stands in it. */
export interface TableChange {
  /** Its own number in its search. */
  readonly id: number;
  readonly slot: number;
  /** Its length after it; null: as before. */
  readonly length: number | null;
  /** Entries that are replaced as a whole: position and entry, one after the other. */
  readonly entries: readonly number[];
  /** Fields that are replaced: position, field and value, one after the other; those of one entry stand together. */
  readonly fields: readonly number[];
}

/** All numbers of one search. */
export class StateSpace {
  private readonly values = new Interner();
  private readonly valueNumbers = new WeakMap<object, number>();
  /** Of values that are no objects. */
  private readonly plainNumbers = new Map<unknown, number>();
  /** Per table: the fields that its entries have, by name, in the order in which they were first met. */
  private readonly fields: readonly Map<string, number>[] = TABLES.map(() => new Map<string, number>());
  private readonly rows = new Rows();
  private readonly entryNumbers = new WeakMap<object, number>();
  private readonly tableNumbers = new WeakMap<object, number>();
  /** Of each machine by the addresses that it is reached from, which are known by the number of their list. */
  private readonly heaps = new WeakMap<object, Map<number, number>>();
  private changeCount = 0;
  private readonly recent = new RecentPairs();
  /** What `apply` is at work on: a table, and one of its entries. */
  private readonly next = new Row();
  private readonly row = new Row();

  /** Writes a state's numbers into the first words of a vector. */
  write(state: State, target: Int32Array): void {
    for (let table = 0; table < TABLES.length; table++) target[table] = this.table(state, table);
    target[SCALARS_SLOT] = this.rows.numberOf(SCALARS.map((name) => this.scalar(state[name])));
  }

  /** The number at the address of these parts. */
  read(vector: Int32Array, slot: number, index: number, field: number): number {
    const number = vector[slot] as number;
    if (index === SLOT) return number;
    if (index === LENGTH) return this.rows.lengthOf(number);
    const entry = this.rows.at(number, index);
    if (entry === undefined || field === WHOLE) return entry ?? ABSENT;
    return this.rows.at(entry, field) ?? ABSENT;
  }

  /** How many entries the table in a slot has. */
  lengthOf(vector: Int32Array, slot: number): number {
    return this.rows.lengthOf(vector[slot] as number);
  }

  /** A scalar. */
  scalar(value: State[ScalarName]): number {
    return this.value(value);
  }

  /** What is alive behind a socket. */
  lifetimes(state: State, socket: SocketState): number {
    return this.values.numberOf(lifetimesOf(state, socket));
  }

  /** The number of a field of a table. */
  fieldOf(table: number, name: string): number {
    const fields = this.fields[table] as Map<string, number>;
    let field = fields.get(name);
    if (field === undefined) {
      field = fields.size;
      fields.set(name, field);
    }
    return field;
  }

  /** The value of a field that `weightOf` does not leave out. */
  valueOf(name: string, value: unknown): number {
    return this.value(countingPart(name, value));
  }

  /** An entry of a table; an actor's with what it reaches on its heap, a socket's with what is alive behind it. */
  entry(state: State, table: number, entry: object): number {
    if (table === ACTORS) return this.extended(table, entry, "machine", this.heap(state, entry as Actor));
    if (table === SOCKETS)
      return this.extended(table, entry, "things", this.lifetimes(state, entry as SocketState));
    let number = this.entryNumbers.get(entry);
    if (number === undefined) {
      number = this.rows.numberOf(this.rowOf(table, entry));
      this.entryNumbers.set(entry, number);
    }
    return number;
  }

  /** What an actor reaches on its heap. */
  heap(state: State, actor: Actor): number {
    if (!hasHeap(actor)) return this.values.numberOf(heapOf(state, actor));
    let byRoots = this.heaps.get(actor.machine);
    if (byRoots === undefined) {
      byRoots = new Map();
      this.heaps.set(actor.machine, byRoots);
    }
    const key = this.rows.numberOf(rootsOf(state, actor));
    let number = byRoots.get(key);
    if (number === undefined) {
      number = this.values.numberOf(heapOf(state, actor));
      byRoots.set(key, number);
    }
    return number;
  }

  /** A change that has no number yet. */
  numbered(change: Omit<TableChange, "id">): TableChange {
    return { id: ++this.changeCount, ...change };
  }

  /** The table that a change makes of a table. */
  apply(change: TableChange, table: number): number {
    const known = this.recent.find(change.id, table);
    return known === NO_RESULT ? this.recent.keep(change.id, table, this.make(change, table)) : known;
  }

  private make({ length, entries, fields }: TableChange, table: number): number {
    const { rows, next, row } = this;
    rows.copy(table, next);
    if (length !== null && length < next.length) next.cut(length);
    for (let at = 0; at < entries.length; at += 2)
      next.set(entries[at] as number, entries[at + 1] as number, ABSENT);
    for (let at = 0; at < fields.length; ) {
      const index = fields[at] as number;
      rows.copy(next.numbers[index] as number, row);
      for (; fields[at] === index; at += 3)
        row.set(fields[at + 1] as number, fields[at + 2] as number, ABSENT);
      next.set(index, rows.store(row), ABSENT);
    }
    return rows.store(next);
  }

  /** Bytes that the tables and entries take. */
  get bytes(): number {
    return this.rows.bytes;
  }

  private table(state: State, table: number): number {
    const entries = state[TABLES[table] as TableName];
    const isShared = table !== ACTORS && table !== SOCKETS;
    const known = isShared ? this.tableNumbers.get(entries) : undefined;
    if (known !== undefined) return known;
    const number = this.rows.numberOf(entries.map((entry) => this.entry(state, table, entry)));
    if (isShared) this.tableNumbers.set(entries, number);
    return number;
  }

  /** An entry with a value that it does not have in itself. */
  private extended(table: number, entry: object, name: string, value: number): number {
    const row = this.rowOf(table, entry);
    setAt(row, this.fieldOf(table, name), value);
    return this.rows.numberOf(row);
  }

  private rowOf(table: number, entry: object): number[] {
    const row: number[] = [];
    for (const [name, value] of Object.entries(entry)) {
      if (isTakenApart(table, name)) this.pushParts(row, table, name, value);
      else if (weightOf(name) !== "none") setAt(row, this.fieldOf(table, name), this.valueOf(name, value));
    }
    return row;
  }

  private pushParts(row: number[], table: number, name: string, parts: object): void {
    for (const [part, value] of Object.entries(parts))
      setAt(row, this.fieldOf(table, `${name}.${part}`), this.valueOf(part, value));
  }

  private value(value: unknown): number {
    if (typeof value === "object" && value !== null) {
      let number = this.valueNumbers.get(value);
      if (number === undefined) {
        number = this.values.numberOf(encodeEntry(value));
        this.valueNumbers.set(value, number);
      }
      return number;
    }
    let number = this.plainNumbers.get(value);
    if (number === undefined) {
      number = this.values.numberOf(`${typeof value} ${value}`);
      this.plainNumbers.set(value, number);
    }
    return number;
  }
}

/** Sets a number of a list that has ABSENT where nothing was set. */
function setAt(row: number[], index: number, number: number): void {
  while (row.length < index) row.push(ABSENT);
  row[index] = number;
}
