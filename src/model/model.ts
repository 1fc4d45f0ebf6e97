/*
 * The contract of the model: a state, what may come next, and what a choice makes of it. Between two choices everything is
 * determined and runs to quiescence, as on KJ's event loop.
 */
import { assert, unreachable } from "../base/assert.ts";
import type { ActorId, StepIndex } from "../base/ids.ts";
import { ms } from "../base/ids.ts";
import { collectMachine } from "../handler/machine.ts";
import { alarmFires } from "./alarms.ts";
import { goOnReading, hangUp } from "./call-connection.ts";
import { callPasses } from "./calls.ts";
import type { Choice } from "./choice.ts";
import { startCommit, tellAlarmManager } from "./commits.ts";
import { handshakeAnswered, packetArrives, pollConnections, startConnection } from "./connection-events.ts";
import { Draft } from "./draft.ts";
import { rootsOf } from "./encode.ts";
import { runEntry } from "./entries.ts";
import { evict, updateCode } from "./eviction.ts";
import { collectorTakes } from "./garbage.ts";
import { settleWaiters } from "./gate.ts";
import { nextQueuedEvent, passesInputGate } from "./input-gate.ts";
import { drainDeletions } from "./lifetimes/collection.ts";
import {
  accept,
  peerAnswersHello,
  peerCloses,
  peerEnds,
  peerReceives,
  peerResets,
  peerSays,
  refuse,
} from "./network.ts";
import { abortActor, destroyActor } from "./object.ts";
import { PlatformHost } from "./platform.ts";
import { judgeRest, judgeStep, NOTHING_SEEN } from "./properties/index.ts";
import type { RunRecord } from "./records.ts";
import { sendRequestBody } from "./request-body.ts";
import {
  clientDisconnects,
  deliverRequest,
  failRequest,
  plannedRequests,
  responseArrives,
  sendGroup,
  sendResponse,
} from "./requests.ts";
import { choosesTasks, runnableTasks } from "./scheduling.ts";
import { sectionTimesOut } from "./section-limit.ts";
import { isServed } from "./service.ts";
import { endCall, takeFromPipe } from "./service-call.ts";

import type { Setup } from "./setup.ts";
import { watchReports } from "./sockets.ts";
import type { State, Task } from "./state.ts";
import { takeStorageChoice } from "./storage-step.ts";
import { elapsed, NO_TIMERS } from "./timer-order.ts";
import { timerFires } from "./timers.ts";
import { startIsTold, tlsAnswerArrives, tlsPacketArrives } from "./tls.ts";
import { pumpFrames } from "./web-socket-connection.ts";
import { dispatchFront, pump, shutDown } from "./writable.ts";

export {
  CHOICE_SOURCES,
  type ChoiceSource,
  choiceKey,
  choicesFrom,
  enabled,
  type Moment,
  momentOf,
  type PossibleChoice,
} from "./enabled.ts";
export { encode } from "./encode.ts";
export { heldOutputs } from "./held.ts";

/** More tasks than this in one step are a loop in the model, not a long handler. */
const MOST_TASKS = 100_000;

/** The state before anything has happened. */
export function initial(setup: Setup): { readonly state: State; readonly records: readonly RunRecord[] } {
  const state: State = {
    setup,
    now: ms(0),
    step: 0 as StepIndex,
    recordCount: 0,
    turnCount: 0,
    writeCount: 0,
    commitCount: 0,
    checkCount: 0,
    destroyedCount: 0,
    runq: [],
    blockedOn: null,
    stuck: null,
    objects: [],
    actors: [],
    locks: [],
    waiters: [],
    commits: [],
    requests: plannedRequests(setup.world),
    sockets: [],
    streamLocks: [],
    calls: [],
    stubs: [],
    webSockets: [],
    idNames: [],
    sectionParents: [],
    polled: [],
    cursors: [],
    nextTimer: 1,
    timers: [],
    timerBounds: NO_TIMERS,
    reads: [],
    syncs: [],
    ...NOTHING_SEEN,
    things: [],
    borrows: [],
  };
  return { state, records: [] };
}

/** Takes a choice that is enabled and runs until the environment decides again. The state given is not changed. */
export function step(
  state: State,
  choice: Choice,
): { readonly state: State; readonly records: readonly RunRecord[] } {
  const d = new Draft(state, (draft, actor) => new PlatformHost(draft, actor));
  d.s.step = (state.step + 1) as StepIndex;
  take(d, choice);
  if (d.world.scheduling === "relaxed") settleQueue(d);
  else runQueue(d);
  if (!choosesTasks(d.s)) d.s.timerBounds = elapsed(d.s.timerBounds);
  for (const { cause, ...violation } of judgeStep({ before: state, records: d.records, after: d.s })) {
    const record = cause === null ? undefined : d.records.find((entry) => entry.index === cause);
    d.emit({ kind: "violation", ...violation }, { cause, actor: record?.actor ?? null });
  }
  if (d.s.runq.length === 0) for (const id of d.entered) collectGrown(d, id);
  return { state: d.s, records: d.records };
}

/** What a state in which nothing is due any more owes for ever (MODEL 7.2): records that follow those of the step that led there. */
export function restRecords(state: State): readonly RunRecord[] {
  const d = new Draft(state, (draft, actor) => new PlatformHost(draft, actor));
  for (const violation of judgeRest(state))
    d.emit({ kind: "violation", ...violation }, { actor: null, cause: null });
  return d.records;
}

/** Strict scheduling: everything in KJ's order until nothing is left to do. */
function runQueue(d: Draft): void {
  let tasks = 0;
  while (d.s.blockedOn === null && d.s.stuck === null) {
    const task = d.takeTask();
    if (task === null && pollConnections(d)) continue;
    if (task === null) break;
    tasks++;
    assert(tasks < MOST_TASKS, "a step must come to rest: some task arms itself for ever");
    perform(d, task);
  }
}

/** Relaxed scheduling: turns in which nothing happens pass, so that what KJ would do next stands first. */
function settleQueue(d: Draft): void {
  while (d.s.blockedOn === null && d.s.stuck === null) {
    const [front] = d.s.runq;
    if (front === undefined ? !pollConnections(d) : front.type !== "later") break;
    if (front !== undefined) perform(d, d.takeTaskAt(0));
  }
}

/** A heap of so many objects is rid of its garbage after every step, so that a handler that goes on for long stays small. */
const GROWN_HEAP = 2_000;

function collectGrown(d: Draft, id: ActorId): void {
  const actor = d.actor(id);
  if (actor.context !== "live" || actor.machine.heap.length < GROWN_HEAP) return;
  d.patchActor(id, { machine: collectMachine(actor.machine, rootsOf(d.s, actor)) });
}

function take(d: Draft, choice: Choice): void {
  switch (choice.type) {
    case "request":
      d.advanceTo(d.request(choice.request).dueAt);
      return sendGroup(d, choice.request);
    case "response":
      d.advanceTo(d.request(choice.request).parts[0]?.dueAt ?? d.request(choice.request).dueAt);
      return responseArrives(d, choice.request);
    case "client-disconnects":
      d.advanceTo(d.request(choice.request).leavesAt);
      return clientDisconnects(d, choice.request);
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
    case "lock-timeout":
    case "alarm-scheduled":
    case "alarm-refused":
      return takeStorageChoice(d, choice);
    case "alarm":
      return alarmFires(d, choice.object);
    case "evict":
      return evict(d, choice.actor);
    case "update-code":
      return updateCode(d, choice.actor);
    case "collect":
      return collectorTakes(d, choice.socket);
    case "timer":
      return timerFires(d, choice.timer);
    case "section-timeout":
      return sectionTimesOut(d, choice.section);
    case "read-done": {
      const read = d.s.reads.find((entry) => entry.id === choice.read);
      assert(read !== undefined, "a read that is answered must be pending");
      d.advanceTo(read.dueAt);
      d.s.reads = d.s.reads.map((entry) => (entry.id === read.id ? { ...entry, done: true } : entry));
      d.armBreadthFirst({
        type: "js",
        actor: read.actor,
        section: read.section,
        entry: { type: "storage-read", read: read.id },
        cause: read.cause,
      });
      return;
    }
    case "accept":
      d.advanceTo(d.socket(choice.socket).handshakeDueAt);
      return accept(d, choice.socket);
    case "refuse":
      d.advanceTo(d.socket(choice.socket).handshakeDueAt);
      return refuse(d, choice.socket);
    case "answer":
      d.advanceTo(d.socket(choice.socket).handshakeDueAt);
      return d.socket(choice.socket).tls === "wanted"
        ? tlsAnswerArrives(d, choice.socket)
        : handshakeAnswered(d, choice.socket);
    case "peer-receives": {
      const socket = d.socket(choice.socket);
      d.advanceTo(Math.max(socket.outbound[0]?.dueAt ?? 0, socket.peer.readsFrom));
      peerReceives(d, choice.socket);
      if (isServed(d.world, socket)) takeFromPipe(d, choice.socket);
      // Room in the connection again: a write that backpressure held goes on.
      return pump(d, choice.socket);
    }
    case "arrive":
      d.advanceTo(d.socket(choice.socket).inbound[0]?.dueAt ?? null);
      return d.socket(choice.socket).tls === "hello"
        ? tlsPacketArrives(d, choice.socket)
        : packetArrives(d, choice.socket);
    case "tls-answer":
      return peerAnswersHello(d, choice.socket);
    case "tls-started":
      return startIsTold(d, choice.socket);
    case "peer-sends":
      d.advanceTo(d.socket(choice.socket).peer.saysAt);
      return peerSays(d, choice.socket);
    case "peer-closes":
      return peerCloses(d, choice.socket);
    case "hang-up":
      return hangUp(d, choice.socket);
    case "peer-fin":
      d.advanceTo(d.socket(choice.socket).peer.finDueAt);
      return peerEnds(d, choice.socket);
    case "peer-rst":
      d.advanceTo(d.socket(choice.socket).peer.rstDueAt);
      return peerResets(d, choice.socket);
    case "service-returns":
      d.advanceTo(d.socket(choice.socket).peer.returnsDueAt);
      return endCall(d, choice.socket, choice.type);
    case "service-throws":
      d.advanceTo(d.socket(choice.socket).peer.throwsDueAt);
      return endCall(d, choice.socket, choice.type);
    case "task": {
      const runnable = runnableTasks(d.s).find(({ name }) => name === choice.task);
      assert(runnable !== undefined, "a task that is taken must be one that may be next");
      d.takeTaskAt(runnable.position);
      return perform(d, runnable.task);
    }
    default:
      return unreachable(choice);
  }
}

function perform(d: Draft, task: Task): void {
  d.actorId = null;
  d.cause = "cause" in task ? task.cause : null;
  switch (task.type) {
    case "later":
      return d.armBreadthFirst(task.task, task.turns);
    case "released":
      return perform(d, task.task);
    case "deliver":
      return deliverRequest(d, task.request);
    case "js":
      if (passesInputGate(d, task)) runEntry(d, task.actor, task.entry, task.section);
      return;
    case "input-next": {
      const next = nextQueuedEvent(d, task.actor);
      if (next === null) return;
      d.cause = next.cause;
      return runEntry(d, task.actor, next.entry, next.section);
    }
    case "commit":
      return startCommit(d, task.commit);
    case "tell-alarm":
      return tellAlarmManager(d, task.commit);
    case "connect-start":
      return startConnection(d, task.socket);
    case "call-passes":
      return callPasses(d, task.call);
    case "send-chunks":
      return sendRequestBody(d, task.call);
    case "read-body":
      return goOnReading(d, task.call);
    case "pump-messages":
      return pumpFrames(d, task.socket);
    case "dispatch":
      return dispatchFront(d, task.socket);
    case "pump":
      return pump(d, task.socket);
    case "shutdown":
      return shutDown(d, task.socket);
    case "stream-there":
      d.patchSocket(task.socket, { streamThere: true });
      return pump(d, task.socket);
    case "watch-report":
      return watchReports(d, task.socket);
    case "abort":
      return abortActor(d, task.actor, task.error);
    case "settle-waiters":
      return settleWaiters(d, task.actor);
    case "send-response":
      return sendResponse(d, task.request);
    case "fail-request":
      return failRequest(d, task.request);
    case "drain-deletions":
      return drainDeletions(d, task.actor);
    case "destroy":
      return destroyActor(d, task.actor);
    default:
      return unreachable(task);
  }
}
