/*
 * For tests: an auditor of records. It keeps books of its own while it reads a run's records, and says where they contradict
 * each other: a lock that is released without having been taken, a wait that names other locks than those that are held, a
 * byte that arrives and was never sent. It knows no design and no state, so it holds the model to its word.
 */
import type { LockId, WaiterId, WriteId } from "../base/ids.ts";
import type { RunRecord } from "./records.ts";

interface CommitBook {
  readonly actor: number | null;
  writes: readonly WriteId[];
  /** While it is open: what has been written into it. */
  accepted: readonly WriteId[];
  state: "open" | "out" | "durable" | "failed";
}

interface SocketBook {
  /** A connection that is kept for the next fetch() goes to whoever makes it. */
  actor: number | null;
  readonly line: LineBook;
  /** Bytes of the writes that have not settled, by number. */
  readonly pending: Map<number, number>;
  /** What a pipe has at the sink: it goes through no queue. */
  chunk: { readonly write: number; readonly bytes: number } | null;
  /** Whether a pipe into it has begun. */
  isPiped: boolean;
  lastDispatched: number;
  lastSent: number;
  isKnown: boolean;
  readonly settled: Set<string>;
}

/** A connection, as the network sees it. */
interface LineBook {
  /** What has crossed the gate line and has not been sent. */
  readonly let: string[];
  /** Whether a connect() or fetch() has crossed the gate line, and a startTls(), where there is one. */
  mayBegin: boolean;
  mayEncrypt: boolean;
  /** Whether startTls() was called: another Socket shares it then. */
  isShared: boolean;
  /** Whether it is a fetch()'s, which says more than its output does. */
  readonly isFetch: boolean;
  /** What is on its way to the far end, and to the object. */
  outbound: string[];
  inbound: string[];
  hasHeard: boolean;
  isAccepted: boolean;
  isRefused: boolean;
  /** Whether a TLS alert was sent. */
  hasFailed: boolean;
  hasEnded: boolean;
  /** Whether the call of a Worker at its other end is over. */
  isOver: boolean;
}

/** Kinds that a handler's own code makes: within a turn, at a line. */
const OF_A_LINE = new Set(["log", "connect-called"]);
const WITHIN_A_TURN = new Set(["await", "resume", "promise-settles", "handler-returns", "handler-throws"]);

/** What is wrong with the records of a run, from its first on. `oneCommit`: an object has at most one commit out. */
export function audit(records: readonly RunRecord[], oneCommit: boolean): readonly string[] {
  const wrong: string[] = [];
  const locks = new Map<LockId, { readonly actor: number | null; state: "held" | "ok" | "failed" }>();
  const waiters = new Map<
    WaiterId,
    { readonly output: string; readonly locks: readonly LockId[]; isDone: boolean }
  >();
  const commits = new Map<number, CommitBook>();
  const writes = new Map<
    WriteId,
    { readonly confirmed: boolean; readonly actor: number | null; readonly op: string }
  >();
  const durable = new Set<WriteId>();
  const sockets = new Map<number, SocketBook>();
  /** The Sockets whose connections fetch() has been let to use. */
  const fetches = new Map<number, SocketBook | "settled">();
  const answers = new Map<number, string>();
  const things = new Map<number, boolean>();
  let turn: { readonly id: number; readonly actor: number | null } | null = null;
  let destroyed = 0;
  let last: RunRecord | null = null;

  for (const record of records) {
    const claim = (holds: boolean, what: string): void => {
      if (!holds) wrong.push(`record ${record.index} (${record.kind}): ${what}`);
    };
    const heldOf = (actor: number | null): LockId[] =>
      [...locks].filter(([, lock]) => lock.actor === actor && lock.state === "held").map(([id]) => id);
    const socketOf = (id: number): SocketBook => {
      const socket = sockets.get(id);
      claim(socket !== undefined, `socket ${id} was never asked for`);
      return socket ?? newSocket(null, newLine(false));
    };
    const commitOf = (id: number): CommitBook => {
      const commit = commits.get(id);
      claim(commit !== undefined, `commit ${id} has no writes`);
      return commit ?? { actor: null, writes: [], accepted: [], state: "open" };
    };

    // ---- every record
    claim(record.index === (last === null ? 0 : last.index + 1), "is out of order");
    claim(last === null || (record.at >= last.at && record.step >= last.step), "goes back in time");
    claim(record.cause === null || record.cause < record.index, "is caused by what comes after it");
    last = record;
    if (OF_A_LINE.has(record.kind)) claim(record.line !== null, "has no line");
    if (OF_A_LINE.has(record.kind) || WITHIN_A_TURN.has(record.kind)) {
      claim(turn !== null, "is outside of a turn");
      claim(turn?.actor === record.actor, "is of another object than its turn");
    }

    switch (record.kind) {
      // ---- turns
      case "turn-begins":
        claim(turn === null, "is inside of another turn");
        turn = { id: record.turn, actor: record.actor };
        break;
      case "turn-ends":
        claim(turn?.id === record.turn, "ends another turn");
        turn = null;
        break;
      // ---- storage
      case "write-accepted": {
        claim(record.actor !== null, "is of no object");
        claim(!writes.has(record.write), "has been accepted before");
        writes.set(record.write, { confirmed: record.confirmed, actor: record.actor, op: record.op });
        const known = commits.get(record.commit) ?? {
          actor: record.actor,
          writes: [],
          accepted: [],
          state: "open",
        };
        claim(known.actor === record.actor && known.state === "open", "goes to a commit that is not open");
        known.accepted = [...known.accepted, record.write];
        commits.set(record.commit, known);
        break;
      }
      // The open commit's writes go with the old file.
      case "file-replaced":
        for (const { actor, state, accepted } of commits.values())
          if (actor === record.actor && state === "open") for (const write of accepted) durable.add(write);
        break;
      // A deleteAll() that joins an earlier one: what was written between the two is never sent.
      case "read": {
        if (record.op !== "deleteAll") break;
        const own = [...writes].filter(([, { actor }]) => actor === record.actor);
        const earlier = own.findLastIndex(([, { op }]) => op === "deleteAll");
        claim(earlier >= 0, "joins nothing");
        for (const [write] of own.slice(earlier + 1)) durable.add(write);
        break;
      }
      case "commit-starts": {
        const commit = commitOf(record.commit);
        claim(commit.actor === record.actor, "is of another object");
        const others = [...commits].filter(
          ([id, other]) => id !== record.commit && other.actor === commit.actor,
        );
        if (oneCommit)
          claim(
            others.every(([, other]) => other.state !== "out"),
            "another commit is out",
          );
        const taken = new Set(
          others
            .filter(([, { state }]) => state === "out" || state === "durable")
            .flatMap(([, other]) => other.writes),
        );
        claim(
          record.commitWrites.every((write) => writes.has(write) && !taken.has(write)),
          "has a write of another commit",
        );
        commit.writes = record.commitWrites;
        commit.state = "out";
        break;
      }
      case "commit-durable": {
        const commit = commitOf(record.commit);
        claim(commit.state === "out" && commit.actor === record.actor, "was not out");
        commit.state = "durable";
        for (const write of commit.writes) durable.add(write);
        break;
      }
      case "commit-fails":
        commitOf(record.commit).state = "failed";
        claim(commitOf(record.commit).actor === record.actor, "is of another object");
        break;
      // ---- the gate
      case "lock-taken":
        claim(record.actor !== null && record.lock === locks.size + 1, "is no new lock of an object");
        claim(commitOf(record.commit).actor === record.actor, "is for another object's commit");
        locks.set(record.lock, { actor: record.actor, state: "held" });
        break;
      case "lock-released":
      case "gate-breaks": {
        const lock = locks.get(record.lock);
        claim(
          lock?.state === "held" && lock.actor === record.actor,
          "settles a lock that its object does not hold",
        );
        if (lock !== undefined) lock.state = record.kind === "lock-released" ? "ok" : "failed";
        break;
      }
      case "output-waits": {
        const held = heldOf(record.actor);
        claim(
          JSON.stringify(held) === JSON.stringify(record.locks),
          `names locks [${record.locks}] and [${held}] are held`,
        );
        claim(!waiters.has(record.waiter), "has asked before");
        const before = [...locks].filter(([, lock]) => lock.actor === record.actor).map(([id]) => id);
        waiters.set(record.waiter, { output: textOf(record.output), locks: before, isDone: false });
        break;
      }
      case "output-passes":
      case "output-dropped": {
        const waiter = record.waiter === null ? null : waiters.get(record.waiter);
        claim(waiter !== undefined, "nobody has asked");
        claim(record.actor !== null, "is of no object");
        if (waiter) {
          claim(!waiter.isDone, "has passed before, or was dropped");
          claim(waiter.output === textOf(record.output), `was asked for ${waiter.output}`);
          if (record.kind === "output-passes")
            claim(
              waiter.locks.every((id) => locks.get(id)?.state === "ok"),
              "passes a lock that is not released",
            );
          waiter.isDone = true;
        }
        if (record.kind === "output-passes") {
          crosses(record, socketOf, fetches);
          const leak = record.writes.filter((write) => !durable.has(write));
          claim(JSON.stringify(leak) === JSON.stringify(record.leak), `leaks [${leak}]`);
          claim(
            record.writes.every((write) => writes.get(write)?.confirmed === true),
            "depends on what is no write",
          );
        }
        break;
      }
      // ---- sockets
      case "connect-called":
        claim(record.socket === sockets.size + 1, "is no new socket");
        sockets.set(record.socket, newSocket(record.actor, newLine(record.use === "fetch")));
        break;
      case "start-tls": {
        const { actor, line } = socketOf(record.socket);
        claim(record.secure === sockets.size + 1, "is no new socket");
        claim(actor === record.actor, "is of another object");
        line.mayEncrypt = false;
        line.isShared = true;
        sockets.set(record.secure, newSocket(record.actor, line));
        break;
      }
      case "connect-starts":
      case "socket-opens":
      case "socket-fails":
      case "socket-closing":
      case "socket-closed": {
        const socket = socketOf(record.socket);
        claim(
          socket.actor === record.actor || (record.actor === null && socket.line.isFetch),
          "is of another object",
        );
        if (record.kind === "socket-opens") {
          claim(socket.line.isAccepted, "nobody has accepted");
          socket.isKnown = true;
        }
        const [, kept] =
          record.kind === "socket-closed" ? (/^connection (\d+) is used again$/.exec(record.why) ?? []) : [];
        if (kept !== undefined) socketOf(Number(kept)).actor = record.actor;
        break;
      }
      case "bytes-queued": {
        const { actor, pending } = socketOf(record.socket);
        claim(actor === record.actor && !pending.has(record.write), "is queued twice, or by another object");
        pending.set(record.write, record.bytes);
        claim(
          record.queued === sum(pending.values()),
          `says ${record.queued} of ${sum(pending.values())} bytes`,
        );
        break;
      }
      case "bytes-dispatched": {
        const socket = socketOf(record.socket);
        const isChunk = !socket.pending.has(record.write);
        if (isChunk) {
          claim(socket.isPiped && socket.chunk === null, "was not queued, and no pipe can send it");
          socket.chunk = record;
        } else claim(socket.pending.get(record.write) === record.bytes, "was not queued so");
        claim(record.write === socket.lastDispatched + 1, "overtakes, or goes twice");
        socket.lastDispatched = record.write;
        const left = sum(socket.pending.values()) - (isChunk ? 0 : record.bytes);
        claim(record.queued === left, `says ${record.queued} of ${left} bytes`);
        claim(socket.actor === record.actor, "is of another object");
        break;
      }
      case "bytes-sent": {
        const socket = socketOf(record.socket);
        claim(record.write > socket.lastSent && record.write <= socket.lastDispatched, "goes out of turn");
        const isChunk = socket.chunk?.write === record.write;
        const queued = isChunk ? socket.chunk?.bytes : socket.pending.get(record.write);
        claim(queued === record.bytes, "was not queued so");
        claim(socket.actor === record.actor && socket.isKnown, "is of another object, or not connected");
        if (isChunk) socket.chunk = null;
        socket.lastSent = record.write;
        break;
      }
      case "bytes-dropped":
        claim(socketOf(record.socket).pending.get(record.write) === record.bytes, "was not queued so");
        socketOf(record.socket).pending.delete(record.write);
        break;
      case "bytes-arrive":
      case "end-arrives":
        claim(socketOf(record.socket).actor === record.actor, "is of another object");
        claim(socketOf(record.socket).line.inbound.shift() !== undefined, "nothing was under way");
        socketOf(record.socket).line.hasHeard = true;
        break;
      case "promise-settles": {
        const fetched = /^fetch (\d+)$/.exec(record.promise);
        if (fetched !== null) {
          const fetch = fetches.get(Number(fetched[1]));
          claim(fetch !== "settled", "settles twice");
          if (record.outcome === "resolved")
            claim(typeof fetch === "object" && fetch.line.hasHeard, "is answered by nobody");
          fetches.set(Number(fetched[1]), "settled");
        }
        const [, id = "", what = "", write] = /^socket (\d+) (\w+)(?: (\d+))?/.exec(record.promise) ?? [];
        if (id === "") break;
        const socket = socketOf(Number(id));
        claim(socket.actor === record.actor, "is of another object");
        if (what === "write") socket.pending.delete(Number(write));
        // Where startTls() is to have the connection, it may say no more than that somebody has answered.
        const { isShared, isAccepted, isRefused } = socket.line;
        if (what === "opened" && record.outcome === "resolved")
          claim(socket.isKnown || (isShared && (isAccepted || isRefused)), "is not open");
        claim(!socket.settled.has(record.promise), "settles twice");
        socket.settled.add(record.promise);
        break;
      }
      // ---- outside
      case "outside":
        outside(record, claim, socketOf, answers);
        break;
      // ---- things
      case "made":
        claim(!things.has(record.thing), "has been made before");
        claim(record.owner === null || things.has(record.owner), "belongs to nothing");
        things.set(record.thing, true);
        break;
      case "destroyed":
        destroyed++;
        claim(things.get(record.thing) === true, "is not alive");
        claim(record.order === destroyed, `is number ${destroyed}`);
        things.set(record.thing, false);
        break;
      case "borrows":
        claim(
          things.get(record.holder) === true && things.get(record.target) === true,
          "is between what is not alive",
        );
        break;
    }
  }
  return wrong;
}

const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);
const textOf = (output: { readonly type: string }): string => JSON.stringify(output);

function newSocket(actor: number | null, line: LineBook): SocketBook {
  return {
    actor,
    line,
    pending: new Map(),
    chunk: null,
    isPiped: false,
    lastDispatched: 0,
    lastSent: 0,
    isKnown: false,
    settled: new Set(),
  };
}

function newLine(isFetch: boolean): LineBook {
  return {
    let: [],
    mayBegin: false,
    mayEncrypt: true,
    isShared: false,
    isFetch,
    outbound: [],
    inbound: [],
    hasHeard: false,
    isAccepted: false,
    isRefused: false,
    hasFailed: false,
    hasEnded: false,
    isOver: false,
  };
}

/** What an output that has crossed the gate line lets happen outside. */
function crosses(
  { output }: RunRecord & { readonly kind: "output-passes" },
  socketOf: (id: number) => SocketBook,
  fetches: Map<number, SocketBook | "settled">,
): void {
  switch (output.type) {
    case "connect":
      socketOf(output.socket).line.mayBegin = true;
      return;
    case "fetch":
      socketOf(output.socket).line.mayBegin = true;
      fetches.set(output.call, socketOf(output.socket));
      return;
    case "start-tls":
      socketOf(output.socket).line.mayEncrypt = true;
      return;
    case "pipe":
      socketOf(output.socket).isPiped = true;
      return;
    case "write":
    case "chunk":
      socketOf(output.socket).line.let.push(output.text);
      return;
    default:
      return;
  }
}

function outside(
  record: RunRecord & { readonly kind: "outside" },
  claim: (holds: boolean, what: string) => void,
  socketOf: (id: number) => SocketBook,
  answers: Map<number, string>,
): void {
  const { event } = record;
  const arrives = (what: string): void => {
    const first = socketOf("socket" in event ? event.socket : 0).line.outbound.shift();
    claim(first === what, `${event.type}: first under way is ${first}`);
  };
  switch (event.type) {
    case "syn":
      claim(socketOf(event.socket).actor === record.actor, "syn of another object");
      claim(socketOf(event.socket).line.mayBegin, "syn of what has not crossed the gate line");
      return;
    case "accept":
      socketOf(event.socket).line.isAccepted = true;
      return;
    case "refuse":
      socketOf(event.socket).line.isRefused = true;
      return;
    case "send":
    case "fin-sent":
    case "rst-sent": {
      const { actor, line } = socketOf(event.socket);
      // A connection that is given up at once may end before it is accepted.
      claim(actor === record.actor, `${event.type} of another object`);
      claim(line.isAccepted || event.type !== "send", "send without a connection");
      if (event.type === "send" && event.text === "<TLS alert>") line.hasFailed = true;
      if (event.type === "send" && !line.isFetch) {
        const mayGo = event.text === "<TLS ClientHello>" ? line.mayEncrypt : line.let.shift() === event.text;
        claim(
          mayGo || event.text === "<TLS alert>",
          `send ${event.text}, which has not crossed the gate line`,
        );
      }
      claim(!line.hasEnded || event.type === "rst-sent", `${event.type} after the end`);
      if (event.type !== "send") line.hasEnded = true;
      // The answer to a TLS alert comes before the FIN.
      if (event.type === "rst-sent" && line.hasFailed)
        line.outbound = line.outbound.filter((sent) => sent !== "fin-sent");
      line.outbound.push(event.type === "send" ? `"${event.text}"` : event.type);
      return;
    }
    case "receive":
      return arrives(`"${event.text}"`);
    case "fin-received":
      return arrives("fin-sent");
    case "rst-received":
      return arrives("rst-sent");
    case "peer-sends":
    case "peer-fin":
    case "peer-rst":
      claim(socketOf(event.socket).line.isAccepted, `${event.type} without a connection`);
      socketOf(event.socket).line.inbound.push(event.type);
      return;
    case "service-returns":
    case "service-throws":
    case "call-cancelled": {
      const { line } = socketOf(event.socket);
      claim(
        line.isAccepted || event.type === "call-cancelled",
        `${event.type} of a call that was not accepted`,
      );
      claim(!line.isOver, `${event.type} of a call that is over`);
      // What stood in the pipe is lost with the call.
      Object.assign(line, { isOver: true, outbound: [], inbound: [] });
      return;
    }
    case "response-sent":
      claim(record.actor !== null && !answers.has(event.request), "is answered twice, or by nobody");
      answers.set(event.request, `${event.status} ${event.body}`);
      return;
    case "response":
      claim(answers.get(event.request) === `${event.status} ${event.body}`, "is not what was sent");
      return;
  }
}
