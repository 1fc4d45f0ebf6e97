/*
 * The input gate (MODEL 1): which event may enter JavaScript. It is held while a read goes to disk (ST4), and by critical
 * sections: while one runs, only what was asked for inside it enters.
 */
import { mustGet } from "../base/assert.ts";
import { type ActorId, ms } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import { resetError } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import { breakInputGate, SECTION_LIMIT_MS } from "./section-limit.ts";
import type { Actor, Entry, Section, Task } from "./state.ts";
import { beginTransaction, commitTransaction, rollBack } from "./transactions.ts";

/** The innermost critical section that runs, or 0. */
function runningSection(actor: Actor): number {
  return actor.sections.at(-1)?.id ?? 0;
}

/** Whether JavaScript of an object may run at all: not once the handler has ended it, although its reset is still to come. */
function runsJavaScript({ context, endedByHandler }: Actor): boolean {
  return context === "live" && !endedByHandler;
}

/** A section that has ended stands for the one around it, as its waiters and locks are handed to its parent. */
function liveSection(d: Draft, actor: Actor, section: number): number {
  let id = section;
  while (id !== 0 && !actor.sections.some((entry) => entry.id === id)) id = d.s.sectionParents[id - 1] ?? 0;
  return id;
}

function mayEnter(d: Draft, actor: Actor, entry: Entry, section: number): boolean {
  if (entry.type === "section-done") return true;
  if (actor.inputLock !== null && entry.type !== "storage-read" && entry.type !== "delete-done") return false;
  return liveSection(d, actor, section) === runningSection(actor);
}

/** Whether JavaScript of the object may run now; if not, the entry waits for the input gate, or is dropped with its context (S10). */
export function passesInputGate(d: Draft, task: Task & { readonly type: "js" }): boolean {
  const actor = d.actor(task.actor);
  if (!runsJavaScript(actor)) return false;
  if (mayEnter(d, actor, task.entry, task.section)) return true;
  const { entry, section, cause } = task;
  d.patchActor(actor.id, { inputQueue: [...actor.inputQueue, { entry, section, cause }] });
  d.emit({ kind: "event-queued", event: entry.type }, { actor: actor.id, cause });
  return false;
}

/** Holds the input gate until `releaseInputGate`. */
export function holdInputGate(d: Draft, actorId: ActorId, why: string): void {
  if (d.actor(actorId).inputLock !== null) return;
  d.patchActor(actorId, { inputLock: why });
  d.emit({ kind: "input-gate-locked", why, section: 0 });
}

/** The input gate opens: what waits for it enters one after another (MODEL 1, InputGate). */
export function releaseInputGate(d: Draft, actorId: ActorId): void {
  d.patchActor(actorId, { inputLock: null });
  d.cause = d.emit({ kind: "input-gate-released" }, { actor: actorId });
  d.armBreadthFirst({ type: "input-next", actor: actorId, cause: d.cause });
}

/** Takes the first waiting event that may enter. */
export function nextQueuedEvent(d: Draft, actorId: ActorId): Actor["inputQueue"][number] | null {
  const actor = d.actor(actorId);
  if (!runsJavaScript(actor)) return null;
  const position = actor.inputQueue.findIndex(({ entry, section }) => mayEnter(d, actor, entry, section));
  const next = actor.inputQueue[position];
  if (next === undefined) return null;
  d.patchActor(actorId, { inputQueue: actor.inputQueue.toSpliced(position, 1) });
  if (actor.inputQueue.length > 1) d.armBreadthFirst({ type: "input-next", actor: actorId, cause: d.cause });
  return next;
}

/** blockConcurrencyWhile(fn), and transaction(fn) which is one (ST6): fn runs as a critical section, in a turn of its own. */
export function blockConcurrencyWhile(d: Draft, actorId: ActorId, fn: Value, transaction: boolean): Ref {
  const js = d.js();
  const callback = js.asFunction(fn);
  if (callback === null) throw new HandlerThrow(js.newError("TypeError", "This method needs a function."));
  const promise = js.newPromise();
  d.s.sectionParents = [...d.s.sectionParents, d.section];
  const entry = {
    type: "section",
    section: d.s.sectionParents.length,
    functionRef: callback.ref,
    promiseRef: promise.ref,
    transaction,
  } as const;
  const task = { type: "js", actor: actorId, entry, section: d.section, cause: d.cause } as const;
  // What the constructor asks for is a waiting child of the gate, which goes before the event that waits for the constructor.
  if (d.actor(actorId).instanceRef === 0) d.armDepthFirst(task);
  else d.armBreadthFirst(task);
  return promise;
}

/** The critical section begins: nothing that was asked for outside of it enters until it ends. */
export function beginSection(d: Draft, actorId: ActorId, entry: Entry & { readonly type: "section" }): void {
  const actor = d.actor(actorId);
  const dueAt = ms(d.s.now + SECTION_LIMIT_MS);
  const section = { id: entry.section, promiseRef: entry.promiseRef, resultRef: 0, dueAt };
  d.patchActor(actorId, { sections: [...actor.sections, section] });
  const why = entry.transaction ? "transaction()" : "blockConcurrencyWhile()";
  d.emit({ kind: "input-gate-locked", why, section: entry.section });
  d.section = entry.section;
  if (entry.transaction) beginTransaction(d, actorId, entry.section);
}

/**
 * The function of a critical section has settled. A rejection of blockConcurrencyWhile() breaks the input gate and resets
 * the object; one of transaction() rolls back and is handed on.
 */
export function sectionSettled(
  d: Draft,
  actorId: ActorId,
  id: number,
  outcome: "resolved" | "rejected",
  value: Value,
): void {
  const js = d.js();
  const { transaction, sections } = d.actor(actorId);
  const isTransaction = transaction?.section === id;
  if (outcome === "rejected" && !isTransaction) {
    breakInputGate(d, actorId, id, resetError(js.asError(value)?.message ?? js.toText(value)));
    return;
  }
  const result = js.newPromise();
  if (outcome === "resolved") js.resolve(result, value);
  else js.reject(result, value);
  js.onSettled(result, "ignore");
  d.patchActor(actorId, {
    sections: sections.map((section) =>
      section.id === id ? { ...section, resultRef: result.ref } : section,
    ),
  });
  if (outcome === "rejected") rollBack(d, actorId);
  else if (isTransaction && commitTransaction(d, actorId, id)) return;
  const entry = { type: "section-done", section: id } as const;
  d.armDepthFirst({ type: "js", actor: actorId, entry, section: id, cause: d.cause });
}

/** The critical section ends and its promise settles; what waited outside of it enters. */
export function endSection(d: Draft, actorId: ActorId, id: number): Section {
  const { sections } = d.actor(actorId);
  const section = mustGet(
    sections.find((entry) => entry.id === id),
    `critical section ${id}`,
  );
  d.patchActor(actorId, { sections: sections.filter((entry) => entry.id !== id) });
  d.cause = d.emit({ kind: "input-gate-released" });
  d.section = d.s.sectionParents[id - 1] ?? 0;
  d.armBreadthFirst({ type: "input-next", actor: actorId, cause: d.cause });
  return section;
}
