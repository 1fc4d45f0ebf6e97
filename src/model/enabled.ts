/*
 * What may come next: every choice the environment has in a state, with its default time (MODEL 8.3).
 */
import { mustGet, unreachable } from "../base/assert.ts";
import { entryAt } from "../base/copy.ts";
import type { Ms } from "../base/ids.ts";
import { mayHangUp } from "./call-connection.ts";
import type { AddChoice, Choice, EnabledChoice, Words } from "./choice.ts";
import { designOf } from "./designs/index.ts";
import { IDLE_MS, isIdle } from "./eviction.ts";
import { garbageOf } from "./garbage.ts";
import { addTaskChoices, choosesTasks } from "./scheduling.ts";
import { addSectionChoices } from "./section-limit.ts";
import { isServed } from "./service.ts";
import type { SocketState, State } from "./state.ts";
import { addCommitChoices, addLockChoices } from "./storage-choices.ts";
import { nextTimers } from "./timers.ts";
import { connectionInWords, textInWords } from "./words.ts";

/** How often a far end speaks out of turn, so that runs stay finite. */
const MOST_SAID = 3;

const PREFIX: Readonly<Record<Choice["type"], string>> = {
  request: "r",
  "commit-durable": "cd",
  "commit-fails": "cf",
  "commit-fails-stored": "cs",
  "commit-busy": "cb",
  "commit-retry": "cr",
  "commit-delay": "cl",
  "check-passes": "kp",
  "check-fails": "kf",
  "check-busy": "kb",
  "check-retry": "kr",
  "last-copy-stored": "ls",
  "last-copy-fails": "lf",
  "last-copy-busy": "lb",
  "last-copy-retry": "lr",
  "lock-timeout": "lt",
  "alarm-scheduled": "as",
  "alarm-refused": "ax",
  alarm: "al",
  "section-timeout": "bt",
  evict: "ev",
  "update-code": "uc",
  collect: "gc",
  "read-done": "rd",
  timer: "t",
  accept: "a",
  refuse: "x",
  answer: "n",
  "peer-receives": "v",
  "tls-answer": "ta",
  "tls-started": "ts",
  "peer-sends": "s",
  "peer-closes": "o",
  "hang-up": "h",
  "peer-fin": "e",
  "peer-rst": "z",
  "service-returns": "sr",
  "service-throws": "sx",
  arrive: "i",
  response: "p",
  "client-disconnects": "d",
  task: "q-",
};

/** Short, stable and URL-safe name of a choice, e.g. "cd1": commit 1 becomes durable. */
export function choiceKey(choice: Choice): string {
  const prefix = PREFIX[choice.type];
  switch (choice.type) {
    case "evict":
    case "update-code":
      return `${prefix}${choice.actor}`;
    case "request":
    case "response":
    case "client-disconnects":
      return `${prefix}${choice.request}`;
    case "commit-durable":
    case "commit-fails":
    case "commit-fails-stored":
    case "commit-busy":
    case "commit-retry":
    case "commit-delay":
    case "check-passes":
    case "check-fails":
    case "check-busy":
    case "check-retry":
    case "last-copy-stored":
    case "last-copy-fails":
    case "last-copy-busy":
    case "last-copy-retry":
    case "alarm-scheduled":
    case "alarm-refused":
      return `${prefix}${choice.commit}`;
    case "lock-timeout":
      return `${prefix}${choice.lock}`;
    case "alarm":
      return `${prefix}${choice.object}`;
    case "section-timeout":
      return `${prefix}${choice.section}`;
    case "read-done":
      return `${prefix}${choice.read}`;
    case "timer":
      return `${prefix}${choice.timer}`;
    case "accept":
    case "refuse":
    case "answer":
    case "peer-receives":
    case "collect":
    case "tls-answer":
    case "tls-started":
    case "peer-sends":
    case "peer-closes":
    case "hang-up":
    case "peer-fin":
    case "peer-rst":
    case "service-returns":
    case "service-throws":
    case "arrive":
      return `${prefix}${choice.socket}`;
    case "task":
      return `${prefix}${choice.task}`;
    default:
      return unreachable(choice);
  }
}

/** A choice that may come next, not yet put in words. */
export interface PossibleChoice extends Omit<EnabledChoice, "title" | "detail"> {
  readonly words: () => Words;
}

/** Collects choices in a fixed order: first by default time, then in the order of this file. */
class Choices {
  readonly list: PossibleChoice[] = [];

  /** `role` is a failure's where there is no default time, and must be said of a time limit. */
  readonly add: AddChoice = (choice, due, words, role) => {
    this.list.push({
      choice,
      key: choiceKey(choice),
      due: due as Ms | null,
      role: role ?? (due === null ? "failure" : "ordinary"),
      words,
    });
  };
}

/**
 * What kind of moment a state is. `stuck`: nothing goes on. `tasks`: relaxed scheduling chooses what the process does next.
 * `blocked`: it waits for an fsync.
 */
export type Moment = "stuck" | "tasks" | "blocked" | "open";

/** The moment of a state: which sources of choices there are. */
export function momentOf(state: State): Moment {
  if (state.stuck !== null) return "stuck";
  if (choosesTasks(state)) return "tasks";
  return state.blockedOn === null ? "open" : "blocked";
}

/** Something that choices come from: one of a table's entries, or a part of the state as a whole (`count` is 1). */
export interface ChoiceSource {
  readonly at: readonly Moment[];
  readonly table: "commits" | "locks" | "objects" | "reads" | "sockets" | "actors" | "requests" | null;
  /** It only has choices of such a type, which a search may not want. */
  readonly only?: "collect" | "end";
  readonly add: (add: AddChoice, state: State, position: number) => void;
}

/** All sources, in the order of their choices. */
export const CHOICE_SOURCES: readonly ChoiceSource[] = [
  { at: ["tasks"], table: null, add: addTaskChoices },
  { at: ["blocked", "open"], table: "commits", add: addCommitChoices },
  { at: ["open"], table: "locks", add: addLockChoices },
  // The kernel goes on receiving while the process is blocked in fsync.
  { at: ["blocked"], table: "sockets", add: addHelloLessArrival },
  { at: ["open"], table: null, add: addTimers },
  { at: ["open"], table: "objects", add: addAlarm },
  { at: ["open"], table: "reads", add: addRead },
  { at: ["open"], table: null, add: addSectionChoices },
  { at: ["open"], table: "sockets", add: addSocket },
  { at: ["open"], table: "actors", only: "end", add: addEnd },
  { at: ["open"], table: "actors", only: "collect", add: addGarbage },
  { at: ["open"], table: "requests", add: addRequest },
];

/** What a source may bring about next. */
export function choicesFrom(source: ChoiceSource, state: State, position: number): readonly PossibleChoice[] {
  const choices = new Choices();
  source.add(choices.add, state, position);
  return choices.list;
}

/** Every choice that may come next, earliest default time first; those without one last. */
export function enabled(state: State): readonly EnabledChoice[] {
  const moment = momentOf(state);
  const choices = new Choices();
  for (const { at, table, add } of CHOICE_SOURCES) {
    if (!at.includes(moment)) continue;
    const count = table === null ? 1 : state[table].length;
    for (let position = 0; position < count; position++) add(choices.add, state, position);
  }
  return choices.list
    .map((choice, order) => ({ choice, order }))
    .toSorted(
      (a, b) => (a.choice.due ?? Number.MAX_VALUE) - (b.choice.due ?? Number.MAX_VALUE) || a.order - b.order,
    )
    .map(({ choice: { choice, key, due, role, words } }) => {
      const [title, detail] = words();
      return { choice, key, due, role, title, detail };
    });
}

function addHelloLessArrival(add: AddChoice, state: State, position: number): void {
  const socket = mustGet(entryAt(state, "sockets", position), `socket ${position + 1}`);
  if (socket.tls !== "hello") addArrival(add, state, socket);
}

function addTimers(add: AddChoice, state: State): void {
  for (const { id, dueAt } of nextTimers(state))
    add({ type: "timer", timer: id }, dueAt, () => [`Timer ${id} fires`, `set for ${dueAt} ms`]);
}

function addAlarm(add: AddChoice, state: State, position: number): void {
  const { name, alarm } = mustGet(entryAt(state, "objects", position), `object ${position + 1}`);
  if (alarm === null || alarm.running) return;
  add({ type: "alarm", object: position + 1 }, alarm.dueAt, () => [
    `The alarm of object "${name}" goes off`,
    alarm.retries === 0 ? `set for ${alarm.at} ms` : `try ${alarm.retries + 1}, set for ${alarm.at} ms`,
  ]);
}

function addRead(add: AddChoice, state: State, position: number): void {
  const read = mustGet(state.reads[position], `read ${position + 1}`);
  if (!read.done)
    add({ type: "read-done", read: read.id }, read.dueAt, () => [
      `The disk answers get ${read.keys.map((key) => `"${key}"`).join(", ")}`,
      "opens the input gate",
    ]);
}

function addGarbage(add: AddChoice, state: State, position: number): void {
  const actor = mustGet(entryAt(state, "actors", position), `actor ${position + 1}`);
  for (const { socket, withStreams } of garbageOf(state, actor))
    add({ type: "collect", socket }, null, () => [
      `The garbage collector takes socket ${socket}`,
      withStreams
        ? "the handler cannot reach it any more; the connection ends"
        : "the handler cannot reach it any more, but still has a stream of it",
    ]);
}

function addSocket(add: AddChoice, state: State, position: number): void {
  const socket = mustGet(entryAt(state, "sockets", position), `socket ${position + 1}`);
  const { peer: plan } = state.setup.world;
  const { peer, id } = socket;
  const name = (): string => connectionInWords(state, id);
  const isWebSocket = socket.use === "websocket" && peer.replied;
  const met = socket.handshake === "accepted" || socket.handshake === "done";
  if (socket.handshake === "sent") {
    add({ type: "accept", socket: id }, plan.refuse || plan.blackhole ? null : socket.handshakeDueAt, () => [
      `${socket.address} accepts ${name()}`,
      isServed(state.setup.world, socket) ? "its connect() handler runs" : "the far end sees a connection",
    ]);
    add({ type: "refuse", socket: id }, plan.refuse ? socket.handshakeDueAt : null, () => [
      `${socket.address} refuses ${name()}`,
      isServed(state.setup.world, socket) ? "it does not take the connection" : "nobody listens there",
    ]);
  }
  if (
    (socket.handshake === "accepted" || socket.handshake === "refused") &&
    socket.stage === "connecting" &&
    !socket.torn
  ) {
    const accepted = socket.handshake === "accepted";
    add({ type: "answer", socket: id }, socket.handshakeDueAt, () => [
      accepted ? `The object learns that ${name()} is open` : `The object learns that ${name()} was refused`,
      "the answer to the handshake arrives",
    ]);
  }
  const [out] = socket.outbound;
  if (met && out !== undefined && !peer.closed && !peer.rst) {
    const what =
      out.type === "data" || out.type === "tls" ? textInWords(out.text) : out.type === "fin" ? "FIN" : "RST";
    add({ type: "peer-receives", socket: id }, Math.max(out.dueAt, peer.readsFrom), () => [
      `The far end of ${name()} receives ${what}`,
      out.type === "data" || out.type === "tls" ? `${out.bytes} bytes` : "the end of what the object sends",
    ]);
  }
  addArrival(add, state, socket);
  addTls(add, state, socket);
  if (designOf(state.setup.design).readsAnswersAhead && mayHangUp(state, socket)) {
    add({ type: "hang-up", socket: id }, state.now, () => [
      `The HTTP client closes the connection of ${name()}`,
      "what it was for is over",
    ]);
  }
  if (met && peer.saysAt !== null && !peer.closed && !peer.rst)
    add({ type: "peer-sends", socket: id }, peer.saysAt, () => [
      `The far end of ${name()} says that it is still there`,
      "although the object has ended what it sends",
    ]);
  if (!met || peer.closed || peer.rst || socket.torn) return;
  if (!peer.fin && peer.saysAt === null && peer.said < MOST_SAID)
    add({ type: "peer-sends", socket: id }, null, () => [
      `The far end of ${name()} sends something`,
      isWebSocket ? "a message" : "a few bytes, out of turn",
    ]);
  if (isWebSocket && !peer.fin && peer.said < MOST_SAID)
    add({ type: "peer-closes", socket: id }, null, () => [
      `The far end closes ${name()}`,
      "says that it sends no more messages",
    ]);
  if (!peer.fin)
    add({ type: "peer-fin", socket: id }, peer.finDueAt, () => [
      `The far end of ${name()} closes`,
      "sends FIN and nothing after it",
    ]);
  if (!isServed(state.setup.world, socket))
    return add({ type: "peer-rst", socket: id }, peer.rstDueAt, () => [
      `The far end of ${name()} resets the connection`,
      "sends RST",
    ]);
  add({ type: "service-returns", socket: id }, peer.returnsDueAt, () => [
    `The Worker behind ${name()} returns`,
    "its connect() handler is done, and its end of the pipe is gone",
  ]);
  add({ type: "service-throws", socket: id }, peer.throwsDueAt, () => [
    `The Worker behind ${name()} throws`,
    "its connect() handler fails after it has accepted; its end of the pipe is gone",
  ]);
}

/** How the platform may end a life: an idle one quietly, one at work by force. */
function addEnd(add: AddChoice, state: State, position: number): void {
  const actor = mustGet(entryAt(state, "actors", position), `actor ${position + 1}`);
  if (actor.context !== "live") return;
  const { id, object } = actor;
  if (isIdle(state, actor))
    add({ type: "evict", actor: id }, null, () => [
      `Object "${object}" is evicted`,
      `idle for ${IDLE_MS / 1000} s; its memory is lost, what is on disk stays`,
    ]);
  else
    add({ type: "update-code", actor: id }, null, () => [
      `Object "${object}" gets new code`,
      "the platform resets it at once, whatever it does",
    ]);
}

/** A ClientHello that has arrived may be answered; whoever speaks no TLS says something else, or nothing. */
function addTls(add: AddChoice, state: State, socket: SocketState): void {
  const { id, plain, tls, peer, handshakeDueAt } = socket;
  const knows = designOf(state.setup.design).tls.openedWaits;
  if (!knows && plain !== 0 && !socket.startTold && tls !== "none" && tls !== "wanted")
    add({ type: "tls-started", socket: id }, handshakeDueAt, () => [
      `The object learns that socket ${id} has its stream`,
      "in this design that says nothing of the TLS handshake",
    ]);
  const isAsked = tls === "hello" && socket.outbound.length === 0 && !socket.torn;
  if (!isAsked || peer.fin || peer.rst || socket.inbound.some(({ type }) => type === "tls")) return;
  add({ type: "tls-answer", socket: id }, state.setup.world.peer.tls === true ? state.now : null, () => [
    `The far end of socket ${id} answers the ClientHello`,
    "the TLS handshake succeeds",
  ]);
}

/** What arrives at a connection that is closed here makes a difference only as long as the far end has not closed it, too. */
function isAnsweredWithRst({ inbound, finSent, peer }: SocketState): boolean {
  const type = inbound[0]?.type;
  return (type === "data" || type === "tls") && finSent && !peer.closed && !peer.rst;
}

function addArrival(add: AddChoice, state: State, socket: SocketState): void {
  const [incoming] = socket.inbound;
  const met = socket.handshake === "accepted" || socket.handshake === "done";
  if (!met || incoming === undefined || (socket.torn && !isAnsweredWithRst(socket))) return;
  const what =
    incoming.type === "data" || incoming.type === "tls"
      ? textInWords(incoming.text)
      : incoming.type === "fin"
        ? "FIN"
        : "RST";
  const title = `${what} from the far end of ${connectionInWords(state, socket.id)} arrives`;
  add({ type: "arrive", socket: socket.id }, incoming.dueAt, () => [title, "at the object's host"]);
}

function addRequest(add: AddChoice, state: State, position: number): void {
  const request = mustGet(entryAt(state, "requests", position), `request ${position + 1}`);
  const { id, path } = request;
  // What another object asks is no choice of the environment.
  if (request.call !== null) return;
  const earlier = state.requests.filter((other) => other.call === null && other.group < request.group);
  const first = state.requests.find((other) => other.group === request.group);
  if (
    request.state === "planned" &&
    first?.id === id &&
    (request.atMs !== null || earlier.every((other) => other.state === "answered" || other.clientGone))
  ) {
    add({ type: "request", request: id }, request.dueAt, () => [
      `A client requests ${path}`,
      `of object "${request.object}"`,
    ]);
  }
  const [part] = request.parts;
  if (part !== undefined && !request.clientGone) {
    add({ type: "response", request: id }, part.dueAt, () => [
      part.type === "chunk"
        ? `The client receives ${textInWords(part.text)} of the body`
        : part.type === "end"
          ? "The client receives the end of the body"
          : "The client's connection breaks",
      `of the response to ${path}`,
    ]);
  } else if (request.state === "sent" && !request.clientGone) {
    add({ type: "response", request: id }, request.dueAt, () => [
      `The client receives the response ${request.status}`,
      `to ${path}`,
    ]);
  }
  if (
    !request.isAlarm &&
    (request.state === "running" ||
      request.state === "returned" ||
      request.state === "streaming" ||
      request.state === "sent") &&
    !request.clientGone
  ) {
    add({ type: "client-disconnects", request: id }, request.leavesAt, () => [
      `The client of ${path} disconnects`,
      "nobody waits for the response any more",
    ]);
  }
}
