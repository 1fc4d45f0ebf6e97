/*
 * Scheduling of what happens inside the process between two choices (MODEL 8.4).
 *
 * strict: KJ's order, one run queue (K1 to K4, draft.ts): what something resolves is armed depth-first (K1), what is attached
 * to something resolved breadth-first (K2), a fork wakes its branches in the order in which they were added (K4, gate.ts).
 * A coroutine that starts runs within the call that starts it, and its first co_await always suspends (K3): that is the turn
 * of `idleTurns` that a wait takes even where nothing is locked. What is joined waits for all of its parts (K5, gate.ts). A
 * cancelled task is one that finds its object torn or dead and does nothing (K6); a dropped lock rejects (K10, commits.ts).
 * An abort is a task of its own, never a destruction from within what is running (K9). The pipe holds one write (K11).
 *
 * relaxed: any task of the queue may be next, and each is a choice. Only this stays in order: a JavaScript turn is atomic;
 * an object is reset before anything that waited for its failed lock learns of it (S11); and what waited at one fork of the
 * gate goes on in the order of waiting, below JavaScript and above it, each by itself, as only depth-first arming (K1)
 * orders the two against each other. What else the environment decides comes when the queue is empty, as in KJ's loop.
 */
import { entryAt } from "../base/copy.ts";
import type { AddChoice } from "./choice.ts";
import type { Entry, State, Task } from "./state.ts";

/** A task that may be next, and where it stands in the run queue. */
export interface RunnableTask {
  readonly position: number;
  readonly task: Task;
  /** Short, stable and URL-safe; unique in its state. */
  readonly name: string;
}

/** Whether the next thing that happens is a choice among tasks. */
export function choosesTasks(state: State): boolean {
  return (
    state.setup.world.scheduling === "relaxed" &&
    state.runq.length > 0 &&
    state.blockedOn === null &&
    state.stuck === null
  );
}

/** What may be next, the one that KJ would take first. */
export function runnableTasks(state: State): readonly RunnableTask[] {
  const names = new Map<string, number>();
  return state.runq.flatMap((queued, position) => {
    if (state.runq.some((other) => mustPrecede(state, other, queued))) return [];
    const task = taskItself(queued);
    const base = nameOf(task);
    const count = (names.get(base) ?? 0) + 1;
    names.set(base, count);
    return [{ position, task, name: count === 1 ? base : `${base}_${count}` }];
  });
}

/** The task without the turns before it and the wait that released it. */
function taskItself(task: Task): Task {
  return task.type === "later" || task.type === "released" ? taskItself(task.task) : task;
}

function releasedBy(task: Task): (Task & { readonly type: "released" }) | null {
  if (task.type === "released") return task;
  return task.type === "later" ? releasedBy(task.task) : null;
}

/** What relaxed scheduling leaves in order: abort before rejections (S11), and the waits of one fork (K4). */
function mustPrecede(state: State, first: Task, then: Task): boolean {
  if (first === then) return false;
  if (then.type === "settle-waiters") return first.type === "abort" && first.actor === then.actor;
  const [earlier, later] = [releasedBy(first), releasedBy(then)];
  if (earlier === null || later === null || earlier.waiter >= later.waiter) return false;
  const [a, b] = [entryAt(state, "waiters", earlier.waiter - 1), entryAt(state, "waiters", later.waiter - 1)];
  return a?.actor === b?.actor && a?.upto === b?.upto && a?.layer === b?.layer;
}

/** Numbers that tell tasks of one type apart, in the order in which a name has them. */
const IDS = [
  "request",
  "call",
  "socket",
  "event",
  "commit",
  "timer",
  "read",
  "sync",
  "section",
  "actor",
] as const;

function nameOf(task: Task): string {
  const subject: Task | Entry = task.type === "js" ? task.entry : task;
  let ids = "";
  for (const id of IDS) {
    const number: unknown = Reflect.get(subject, id);
    if (typeof number === "number") ids += ids === "" ? number : `-${number}`;
  }
  return `${subject.type}${ids}`;
}

/** The tasks as choices, due now; the default schedule takes what KJ would. */
export function addTaskChoices(add: AddChoice, state: State): void {
  for (const { task, name } of runnableTasks(state))
    add({ type: "task", task: name }, state.now, () => [
      titleOf(state, task),
      task.type === "js" ? "enters JavaScript" : "below JavaScript",
    ]);
}

const ENTRIES: Readonly<Record<Entry["type"], string>> = {
  fetch: "The request is handed to fetch()",
  timer: "The timer's callback runs",
  opened: "The handler hears that the socket is open",
  "connect-failed": "The handler hears that the connection failed",
  "tls-started": "The handler hears that startTls() has its stream",
  "tls-failed": "The handler hears that TLS failed",
  "event-ready": "The queue of the socket hears that the gate is open",
  "event-done": "The queue of the socket goes on",
  "write-failed": "The handler hears that its write failed",
  read: "The handler gets what was read",
  "read-failed": "The handler hears that reading failed",
  disconnected: "The handler hears that the connection is gone",
  "pipe-ended": "The handler hears that the pipe has ended",
  "storage-read": "The handler gets what was read from disk",
  "sync-done": "The handler hears that sync() is done",
  "delete-done": "The handler hears what delete() removed",
  respond: "The response leaves the handler",
  "call-passes": "The call leaves the handler",
  "send-request-body": "The body of the fetch() is read",
  "call-answered": "The handler hears of the answer",
  "call-fails": "The handler hears that the call failed",
  "body-read": "The handler gets the answer's body",
  "web-socket-event": "The handler hears of the WebSocket",
  section: "The critical section begins",
  "section-done": "The critical section ends",
  "pipe-begins": "The handler's stream is piped",
  taken: "The next chunk is wanted",
  "pump-done": "The handler hears that the pipe between sockets has ended",
  "pipe-failed": "The handler hears that its pipe failed",
  "transform-goes-on": "The transform stream hears that the gate is open",
};

const TASKS: Readonly<Record<Exclude<Task["type"], "js">, string>> = {
  deliver: "The request reaches the object",
  commit: "The commit goes out",
  "tell-alarm": "The alarm manager is told",
  "connect-start": "The connection begins",
  dispatch: "The queue hands on its first event",
  pump: "The network takes the bytes",
  "call-passes": "The call leaves the object",
  "send-chunks": "The body of the fetch() is sent",
  "read-body": "The answer's body is read",
  "pump-messages": "The WebSocket sends what it may",
  shutdown: "The end goes to the network",
  "stream-there": "The promised stream is there",
  "watch-report": "The watch task reports the end of the pipe",
  abort: "The object is reset",
  "send-response": "The error leaves as a response",
  "fail-request": "The request fails",
  "settle-waiters": "What waited for the failed lock learns of it",
  destroy: "The object is destroyed",
  "drain-deletions": "What was queued for deletion is deleted",
  "input-next": "The next event enters through the input gate",
  released: "What waited goes on",
  later: "A turn passes",
};

function titleOf(state: State, task: Task): string {
  const what = task.type === "js" ? ENTRIES[task.entry.type] : TASKS[task.type];
  const subject: Task | Entry = task.type === "js" ? task.entry : task;
  if ("socket" in subject) return `${what} (socket ${subject.socket})`;
  if ("commit" in subject) return `${what} (commit ${subject.commit})`;
  if ("request" in subject)
    return `${what} (${entryAt(state, "requests", subject.request - 1)?.path ?? "?"})`;
  if ("timer" in subject) return `${what} (timer ${subject.timer})`;
  return what;
}
