/*
 * A small reduction of the output gate, whose numbers of states, transitions and steps are known from other checkers: a test
 * of the search, and its benchmark. W puts, C connects and B writes to each socket, in a fixed straight line of operations;
 * commits settle in any order and may fail; the far end accepts or refuses. What is held follows from how far the program
 * has come and which commits are durable, so a state is a few bytes:
 *
 *   [operations issued] [commit 1 .. W] [connection 1 .. C] [bytes seen of socket 1 .. C]
 *
 * For tests and benchmarks alone.
 */
import type { VectorModel } from "./search.ts";

/** `pipe`: the last socket is written by one pipe, which asks the gate once. */
export type ToyDesign = "gated" | "ungated" | "pipe";

/** How large a toy is. */
export interface ToySize {
  readonly puts: number;
  readonly connects: number;
  readonly writes: number;
  readonly mayFail: boolean;
  readonly design: ToyDesign;
}

const HELD = 1;
const DURABLE = 2;
const FAILED = 3;
const CONNECTING = 1;
const OPEN = 2;
const REFUSED = 3;
const REJECTED = 4;

/** The toy as the search sees it. */
export class GateToy implements VectorModel {
  readonly words: number;
  private readonly size: ToySize;
  /** Per operation of the program: the put that it is, or 0. */
  private readonly puts: number[] = [];
  /** Where each connect and each write stands, and how many puts come before it: all, and those it waits for. */
  private readonly connectAt: number[] = [];
  private readonly connectDepends: number[] = [];
  private readonly connectWaits: number[] = [];
  private readonly writeAt: number[][] = [];
  private readonly writeDepends: number[][] = [];
  private readonly writeWaits: number[][] = [];

  constructor(size: ToySize) {
    this.size = size;
    const { puts, connects, writes, design } = size;
    this.words = (1 + puts + 2 * connects + 3) >> 2;
    for (let round = 1; round <= Math.max(puts, connects + writes - 1); round++) {
      if (round <= puts) this.puts.push(round);
      if (round <= connects) {
        this.connectAt.push(this.puts.length);
        this.connectDepends.push(Math.min(puts, round));
        this.connectWaits.push(design === "ungated" ? 0 : Math.min(puts, round));
        this.writeAt.push([]);
        this.writeDepends.push([]);
        this.writeWaits.push([]);
        this.puts.push(0);
      }
      for (let socket = 1; socket <= Math.min(round, connects); socket++) {
        if (round - socket + 1 > writes) continue;
        const depends = Math.min(puts, round);
        const isPiped = design === "pipe" && socket === connects;
        this.writeAt[socket - 1]?.push(this.puts.length);
        this.writeDepends[socket - 1]?.push(depends);
        this.writeWaits[socket - 1]?.push(isPiped ? Math.min(puts, connects) : depends);
        this.puts.push(0);
      }
    }
  }

  writeInitial(target: Int32Array): void {
    target.fill(0);
  }

  expand(_index: number, from: Int32Array, next: Int32Array, found: (choice: number) => number): void {
    const { puts, connects, mayFail, writes } = this.size;
    const now = bytesOf(from);
    const then = bytesOf(next);
    const issued = now[0] as number;
    let isAborted = false;
    for (let put = 1; put <= puts; put++) if (now[put] === FAILED) isAborted = true;
    // Each transition changes one byte, or two, and puts them back.
    next.set(from);
    if (issued < this.puts.length && !isAborted) {
      const put = this.puts[issued] as number;
      if (put > 0) then[put] = HELD;
      then[0] = issued + 1;
      found(0);
      then[0] = issued;
      if (put > 0) then[put] = 0;
    }
    for (let put = 1; put <= puts; put++) {
      if (now[put] !== HELD) continue;
      then[put] = DURABLE;
      found(put * 2);
      then[put] = FAILED;
      if (mayFail) found(put * 2 + 1);
      then[put] = HELD;
    }
    for (let connect = 0; connect < connects; connect++) {
      const choice = (puts + 1 + connect * 3) * 2;
      const at = 1 + puts + connect;
      const state = now[at] as number;
      if (state === 0 && issued > (this.connectAt[connect] as number)) {
        const settled = settledBefore(now, this.connectWaits[connect] as number);
        if (settled === HELD) continue;
        then[at] = settled === DURABLE ? CONNECTING : REJECTED;
        found(choice);
      } else if (state === CONNECTING) {
        then[at] = OPEN;
        found(choice + 1);
        then[at] = REFUSED;
        found(choice + 2);
      } else if (state === OPEN && !isAborted) {
        const seenAt = at + connects;
        const seen = now[seenAt] as number;
        if (
          seen === writes ||
          issued <= (this.writeAt[connect]?.[seen] as number) ||
          settledBefore(now, this.writeWaits[connect]?.[seen] as number) !== DURABLE
        )
          continue;
        then[seenAt] = seen + 1;
        found(choice + 5);
        then[seenAt] = seen;
      }
      then[at] = state;
    }
  }

  /** Whether nothing was seen outside that depends on a put which is not durable. */
  isSafe(vector: Int32Array): boolean {
    const { puts, connects } = this.size;
    const now = bytesOf(vector);
    for (let connect = 0; connect < connects; connect++) {
      const state = now[1 + puts + connect] as number;
      const isSeen = state === CONNECTING || state === OPEN || state === REFUSED;
      if (isSeen && settledBefore(now, this.connectDepends[connect] as number) !== DURABLE) return false;
      const seen = now[1 + puts + connects + connect] as number;
      if (seen > 0 && settledBefore(now, this.writeDepends[connect]?.[seen - 1] as number) !== DURABLE)
        return false;
    }
    return true;
  }
}

/** How the first puts' locks have settled: HELD while one of them is held, FAILED if one has failed, else DURABLE. */
function settledBefore(now: Uint8Array, puts: number): number {
  let settled = DURABLE;
  for (let put = 1; put <= puts; put++) {
    const state = now[put];
    if (state === FAILED) settled = FAILED;
    else if (state !== DURABLE) return HELD;
  }
  return settled;
}

const views = new WeakMap<Int32Array, Uint8Array>();

function bytesOf(vector: Int32Array): Uint8Array {
  let bytes = views.get(vector);
  if (bytes === undefined) {
    bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
    views.set(vector, bytes);
  }
  return bytes;
}
