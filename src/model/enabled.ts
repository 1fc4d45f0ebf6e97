/*
 * What may come next: every choice the environment has in a state, with its default time (MODEL 8.3).
 */

import { unreachable } from "../base/assert.ts";
import type { Ms } from "../base/ids.ts";
import { mayHangUp } from "./call-connection.ts";
import type { Choice, EnabledChoice } from "./choice.ts";
import { designOf } from "./designs/index.ts";
import { IDLE_MS, idleActors } from "./eviction.ts";
import { garbageOf } from "./garbage.ts";
import { choosesTasks, taskChoices } from "./scheduling.ts";
import { addSectionChoices } from "./section-limit.ts";
import type { RequestState, SocketState, State } from "./state.ts";
import { type AddChoice, addStorageChoices } from "./storage-choices.ts";
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
    case "arrive":
      return `${prefix}${choice.socket}`;
    case "task":
      return `${prefix}${choice.task}`;
    default:
      return unreachable(choice);
  }
}

/** Collects choices in a fixed order: first by default time, then in the order of this file. */
class Choices {
  readonly list: EnabledChoice[] = [];

  /** `role` is a failure's where there is no default time, and must be said of a time limit. */
  readonly add: AddChoice = (choice, due, title, detail, role) => {
    this.list.push({
      choice,
      key: choiceKey(choice),
      due: due as Ms | null,
      role: role ?? (due === null ? "failure" : "ordinary"),
      title,
      detail,
    });
  };
}

/** Every choice that may come next, earliest default time first; those without one last. */
export function enabled(state: State): readonly EnabledChoice[] {
  const choices = new Choices();
  if (state.stuck !== null) return [];
  if (choosesTasks(state)) return taskChoices(state);
  addStorageChoices(choices.add, state);
  if (state.blockedOn !== null) {
    // The kernel goes on receiving while the process is blocked in fsync.
    for (const socket of state.sockets) if (socket.tls !== "hello") addArrival(choices, state, socket);
  } else {
    const [timer] = state.timers;
    if (timer !== undefined)
      choices.add(
        { type: "timer", timer: timer.id },
        timer.dueAt,
        `Timer ${timer.id} fires`,
        `set for ${timer.dueAt} ms`,
      );
    state.objects.forEach(({ name, alarm }, index) => {
      if (alarm === null || alarm.running) return;
      choices.add(
        { type: "alarm", object: index + 1 },
        alarm.dueAt,
        `The alarm of object "${name}" goes off`,
        alarm.retries === 0 ? `set for ${alarm.at} ms` : `try ${alarm.retries + 1}, set for ${alarm.at} ms`,
      );
    });
    for (const read of state.reads) {
      if (!read.done)
        choices.add(
          { type: "read-done", read: read.id },
          read.dueAt,
          `The disk answers get ${read.keys.map((key) => `"${key}"`).join(", ")}`,
          "opens the input gate",
        );
    }
    addSectionChoices(choices.add, state);
    for (const socket of state.sockets) addSocket(choices, state, socket);
    addEnds(choices, state);
    for (const actor of state.actors)
      for (const { socket, withStreams } of garbageOf(state, actor))
        choices.add(
          { type: "collect", socket },
          null,
          `The garbage collector takes socket ${socket}`,
          withStreams
            ? "the handler cannot reach it any more; the connection ends"
            : "the handler cannot reach it any more, but still has a stream of it",
        );
    for (const request of state.requests) addRequest(choices, state, request);
  }
  return choices.list
    .map((choice, order) => ({ choice, order }))
    .toSorted(
      (a, b) => (a.choice.due ?? Number.MAX_VALUE) - (b.choice.due ?? Number.MAX_VALUE) || a.order - b.order,
    )
    .map(({ choice }) => choice);
}

function addSocket(choices: Choices, state: State, socket: SocketState): void {
  const { peer: plan } = state.setup.world;
  const { peer, id } = socket;
  const name = connectionInWords(state, id);
  const isWebSocket = socket.use === "websocket" && peer.replied;
  const met = socket.handshake === "accepted" || socket.handshake === "done";
  if (socket.handshake === "sent") {
    choices.add(
      { type: "accept", socket: id },
      plan.refuse || plan.blackhole ? null : socket.handshakeDueAt,
      `${socket.address} accepts ${name}`,
      "the far end sees a connection",
    );
    choices.add(
      { type: "refuse", socket: id },
      plan.refuse ? socket.handshakeDueAt : null,
      `${socket.address} refuses ${name}`,
      "nobody listens there",
    );
  }
  if (
    (socket.handshake === "accepted" || socket.handshake === "refused") &&
    socket.stage === "connecting" &&
    !socket.torn
  ) {
    const accepted = socket.handshake === "accepted";
    choices.add(
      { type: "answer", socket: id },
      socket.handshakeDueAt,
      accepted ? `The object learns that ${name} is open` : `The object learns that ${name} was refused`,
      "the answer to the handshake arrives",
    );
  }
  const [out] = socket.outbound;
  if (met && out !== undefined && !peer.rst) {
    const what =
      out.type === "data" || out.type === "tls" ? textInWords(out.text) : out.type === "fin" ? "FIN" : "RST";
    choices.add(
      { type: "peer-receives", socket: id },
      Math.max(out.dueAt, peer.readsFrom),
      `The far end of ${name} receives ${what}`,
      out.type === "data" || out.type === "tls" ? `${out.bytes} bytes` : "the end of what the object sends",
    );
  }
  addArrival(choices, state, socket);
  addTls(choices, state, socket);
  if (designOf(state.setup.design).readsAnswersAhead && mayHangUp(state, socket)) {
    choices.add(
      { type: "hang-up", socket: id },
      state.now,
      `The HTTP client closes the connection of ${name}`,
      "what it was for is over",
    );
  }
  if (met && peer.saysAt !== null && !peer.closed && !peer.rst)
    choices.add(
      { type: "peer-sends", socket: id },
      peer.saysAt,
      `The far end of ${name} says that it is still there`,
      "although the object has ended what it sends",
    );
  if (!met || peer.closed || peer.rst || socket.torn) return;
  if (!peer.fin && peer.saysAt === null && peer.said < MOST_SAID)
    choices.add(
      { type: "peer-sends", socket: id },
      null,
      `The far end of ${name} sends something`,
      isWebSocket ? "a message" : "a few bytes, out of turn",
    );
  if (isWebSocket && !peer.fin && peer.said < MOST_SAID)
    choices.add(
      { type: "peer-closes", socket: id },
      null,
      `The far end closes ${name}`,
      "says that it sends no more messages",
    );
  if (!peer.fin)
    choices.add(
      { type: "peer-fin", socket: id },
      peer.finDueAt,
      `The far end of ${name} closes`,
      "sends FIN and nothing after it",
    );
  choices.add(
    { type: "peer-rst", socket: id },
    peer.rstDueAt,
    `The far end of ${name} resets the connection`,
    "sends RST",
  );
}

/** How the platform may end a life: an idle one quietly, one at work by force. */
function addEnds(choices: Choices, state: State): void {
  const idle = idleActors(state);
  for (const actor of state.actors) {
    if (actor.context !== "live") continue;
    const { id, object } = actor;
    if (idle.includes(actor))
      choices.add(
        { type: "evict", actor: id },
        null,
        `Object "${object}" is evicted`,
        `idle for ${IDLE_MS / 1000} s; its memory is lost, what is on disk stays`,
      );
    else
      choices.add(
        { type: "update-code", actor: id },
        null,
        `Object "${object}" gets new code`,
        "the platform resets it at once, whatever it does",
      );
  }
}

/** A ClientHello that has arrived may be answered; whoever speaks no TLS says something else, or nothing. */
function addTls(choices: Choices, state: State, socket: SocketState): void {
  const { id, plain, tls, peer, handshakeDueAt } = socket;
  const knows = designOf(state.setup.design).tls.openedWaits;
  if (!knows && plain !== 0 && !socket.startTold && tls !== "none" && tls !== "wanted")
    choices.add(
      { type: "tls-started", socket: id },
      handshakeDueAt,
      `The object learns that socket ${id} has its stream`,
      "in this design that says nothing of the TLS handshake",
    );
  const isAsked = tls === "hello" && socket.outbound.length === 0 && !socket.torn;
  if (!isAsked || peer.fin || peer.rst || socket.inbound.some(({ type }) => type === "tls")) return;
  choices.add(
    { type: "tls-answer", socket: id },
    state.setup.world.peer.tls === true ? state.now : null,
    `The far end of socket ${id} answers the ClientHello`,
    "the TLS handshake succeeds",
  );
}

/** What arrives at a connection that is closed here makes a difference only as long as the far end has not closed it, too. */
function isAnsweredWithRst({ inbound, finSent, peer }: SocketState): boolean {
  const type = inbound[0]?.type;
  return (type === "data" || type === "tls") && finSent && !peer.closed && !peer.rst;
}

function addArrival(choices: Choices, state: State, socket: SocketState): void {
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
  choices.add({ type: "arrive", socket: socket.id }, incoming.dueAt, title, "at the object's host");
}

function addRequest(choices: Choices, state: State, request: RequestState): void {
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
    choices.add(
      { type: "request", request: id },
      request.dueAt,
      `A client requests ${path}`,
      `of object "${request.object}"`,
    );
  }
  const [part] = request.parts;
  if (part !== undefined && !request.clientGone) {
    choices.add(
      { type: "response", request: id },
      part.dueAt,
      part.type === "chunk"
        ? `The client receives ${textInWords(part.text)} of the body`
        : part.type === "end"
          ? "The client receives the end of the body"
          : "The client's connection breaks",
      `of the response to ${path}`,
    );
  } else if (request.state === "sent" && !request.clientGone) {
    choices.add(
      { type: "response", request: id },
      request.dueAt,
      `The client receives the response ${request.status}`,
      `to ${path}`,
    );
  }
  if (
    !request.isAlarm &&
    (request.state === "running" ||
      request.state === "returned" ||
      request.state === "streaming" ||
      request.state === "sent") &&
    !request.clientGone
  ) {
    choices.add(
      { type: "client-disconnects", request: id },
      request.leavesAt,
      `The client of ${path} disconnects`,
      "nobody waits for the response any more",
    );
  }
}
