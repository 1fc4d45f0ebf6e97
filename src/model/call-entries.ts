/*
 * What a call gives to the handler: the promise of fetch(), of a stub's method, and of reading an answer's body.
 */
import type { CallId } from "../base/ids.ts";
import type { BodyForm, Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import { makeError } from "./break-error.ts";
import type { Draft } from "./draft.ts";
import type { BreakError } from "./state.ts";
import { callInWords } from "./words.ts";

/** A call is answered: fetch() resolves with the head of the answer, a method with what it gave. */
export function settleCall(d: Draft, id: CallId): void {
  const js = d.js();
  const call = d.call(id);
  const { answer, promiseRef, type, url, method } = call;
  if (answer === null) return;
  const { status, statusText, headers, result } = answer;
  settles(d, callInWords(call), "resolved", type === "rpc" ? "" : String(status));
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  const value: Value =
    type === "rpc"
      ? js.fromData(result)
      : js.newResponse({
          status,
          statusText,
          headers,
          url: url.replace(/#.*$/, ""),
          body: hasBody ? js.hostObject("IncomingBody", id) : null,
        });
  js.resolve({ ref: promiseRef }, value);
}

/** A call fails. */
export function rejectCall(d: Draft, id: CallId): void {
  const call = d.call(id);
  if (call.isAborted) {
    settles(d, callInWords(call), "rejected", "aborted by the handler");
    d.js().reject({ ref: call.promiseRef }, d.js().getProperty({ ref: call.signalRef }, "reason"));
  } else if (call.error !== null) reject(d, callInWords(call), call.promiseRef, call.error);
}

/** text() and the like of an answer: it is read in a turn of its own. */
export function readIncomingBody(d: Draft, id: CallId, bodyForm: BodyForm): Ref {
  const promise = d.js().newPromise();
  d.patchCall(id, { bodyForm, bodyRef: promise.ref });
  d.armBreadthFirst({ type: "read-body", call: id, cause: d.cause });
  return promise;
}

/** All of an answer's body is there, or will never be. */
export function settleBody(d: Draft, id: CallId): void {
  const js = d.js();
  const call = d.call(id);
  const { bodyRef, bodyForm, answer, error } = call;
  if (bodyRef === 0) return;
  d.patchCall(id, { bodyRef: 0 });
  const promise = `${bodyForm}() of ${callInWords(call)}`;
  if (error !== null) return reject(d, promise, bodyRef, error);
  try {
    const value = js.bodyAs(bodyForm, answer?.body ?? "");
    settles(d, promise, "resolved", "");
    js.resolve({ ref: bodyRef }, value);
  } catch (thrown) {
    if (!(thrown instanceof HandlerThrow)) throw thrown;
    settles(d, promise, "rejected", js.asError(thrown.value)?.message ?? "");
    js.reject({ ref: bodyRef }, thrown.value);
  }
}

function reject(d: Draft, promise: string, ref: number, error: BreakError): void {
  settles(d, promise, "rejected", error.message);
  d.js().reject({ ref }, makeError(d.js(), error));
}

function settles(d: Draft, promise: string, outcome: "resolved" | "rejected", text: string): void {
  d.emit({ kind: "promise-settles", promise, outcome, text });
}
