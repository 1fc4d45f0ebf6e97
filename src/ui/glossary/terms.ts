/*
 * The field's words, each in one or two sentences. The only place where they are explained.
 */

/** Names a term. */
export type TermId =
  | "output-gate"
  | "input-gate"
  | "lock"
  | "waiter"
  | "broken"
  | "flush"
  | "commit"
  | "durable"
  | "confirmed"
  | "coalesced"
  | "half-open"
  | "backpressure"
  | "high-water-mark"
  | "autogate"
  | "promised-worker-interface"
  | "turn"
  | "leak"
  | "replicated"
  | "blocking"
  | "bucket"
  | "sqlite"
  | "cache"
  | "network"
  | "worker"
  | "throws"
  | "disconnected"
  | "strict"
  | "relaxed";

/** A term and what it means here. */
export interface TermInfo {
  readonly title: string;
  readonly meaning: string;
}

/** All terms. */
export const TERMS: Readonly<Record<TermId, TermInfo>> = {
  "output-gate": {
    title: "Output gate",
    meaning:
      "Holds back everything the world could observe until the storage writes that it may depend on are durable. The handler itself goes on.",
  },
  "input-gate": {
    title: "Input gate",
    meaning:
      "Keeps new events away from the object while it waits for storage, so that nothing interleaves with a read.",
  },
  lock: {
    title: "Lock",
    meaning:
      "A confirmed write locks the output gate until its commit is durable. Outputs that ask later wait for it.",
  },
  waiter: {
    title: "Waiter",
    meaning:
      "An output that has asked the gate. It waits for the locks that there were when it asked, and for no later one.",
  },
  broken: {
    title: "Broken",
    meaning:
      "When a commit fails, the gate breaks: what waits behind it is never seen, and the object is reset.",
  },
  flush: {
    title: "Flush",
    meaning: "Sends the accepted writes to disk. It starts after the turn that made the writes.",
  },
  commit: {
    title: "Commit",
    meaning: "One flush that succeeds or fails as a whole. The writes of one turn share it.",
  },
  durable: { title: "Durable", meaning: "On disk for good: a crash does not lose it any more." },
  confirmed: {
    title: "Confirmed",
    meaning:
      "A write that takes a lock. With allowUnconfirmed a write takes none, though its failure still breaks the gate.",
  },
  coalesced: {
    title: "Coalesced",
    meaning: "Writes made without yielding in between go into one commit and become durable together.",
  },
  "half-open": {
    title: "Half-open",
    meaning: "One side of the connection has ended its sending direction and can still receive.",
  },
  backpressure: {
    title: "Backpressure",
    meaning: "The reader is slower than the writer: writer.ready stays pending and queued bytes grow.",
  },
  "high-water-mark": {
    title: "High water mark",
    meaning:
      "How many bytes a stream's queue takes before it signals backpressure. It is a signal, not a limit.",
  },
  autogate: {
    title: "Autogate",
    meaning: "A temporary switch of workerd with which a change is rolled out, and can be turned off again.",
  },
  "promised-worker-interface": {
    title: "Promised worker interface",
    meaning:
      "Stands in for the real connection service until the gate opens: calls made before then wait and are forwarded.",
  },
  turn: {
    title: "Turn",
    meaning:
      "JavaScript runs without a break until its promise jobs are done. Nothing else happens meanwhile.",
  },
  leak: {
    title: "Leak",
    meaning: "Something crossed the gate although a write that it depends on is not durable yet.",
  },
  strict: {
    title: "Strict scheduling",
    meaning:
      "What the process has to do between two choices happens in KJ’s order: what something resolves runs next, what is attached to something resolved waits its turn.",
  },
  relaxed: {
    title: "Relaxed scheduling",
    meaning:
      "Every task of the run queue is a choice and any may be next. It shows what holds in any order, and what holds by KJ’s order only.",
  },
  replicated: {
    title: "Replicated commit",
    meaning: "As in production: the commit takes time, and the object goes on meanwhile.",
  },
  blocking: {
    title: "Blocking commit",
    meaning: "As in workerd on one machine: a synchronous fsync, during which nothing else happens.",
  },
  bucket: {
    title: "Commit to a bucket",
    meaning:
      "As in workerd’s cluster mode: the commit is stored in an object store, and the gate opens only when a check says that this life still owns the object. What the store is too busy for is tried again.",
  },
  sqlite: {
    title: "SQLite backend",
    meaning:
      "What a turn writes is one local transaction, which a commit then makes durable. Reads are answered at once; a commit that fails is not tried again.",
  },
  network: {
    title: "A far end over TCP",
    meaning:
      "The ordinary way out: a TCP handshake, then bytes that the kernel holds until the far end reads them.",
  },
  worker: {
    title: "A Worker as the far end",
    meaning:
      "Its connect() handler gets the connection through a pipe that holds nothing: a write is done when the handler reads it. When the handler’s call returns or throws, closed resolves, reads end, and what nobody has read is lost.",
  },
  throws: {
    title: "A service that throws",
    meaning:
      "As a service for a directory on disk does: connect() throws where it does not wait for the gate, and elsewhere the connection fails as if it were refused.",
  },
  disconnected: {
    title: "A service that is lost",
    meaning:
      "The same with an exception of type DISCONNECTED, which a promised stream takes for an ordinary end: closed resolves.",
  },
  cache: {
    title: "Write-back cache",
    meaning:
      "Writes stay in memory until a flush takes all of them at once. Reads of unknown keys go to storage; a flush whose connection is lost is tried again, up to five times.",
  },
};
