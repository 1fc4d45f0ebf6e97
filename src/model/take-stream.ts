/*
 * takeConnectionStream() (MODEL 4.7, 5.5): the stream is taken out of its Socket, which internalNewHttpClient() of
 * "cloudflare:sockets" does for a handler that runs with the compatibility flag "experimental".
 *
 * What becomes of a connection that is still deferred is up to the design. KJ's order has a held connect go on before the
 * flush that is asked for after it (K4), so a connect that is lost with its ConnectionData is lost only where that order
 * does not hold (MODEL 8.4).
 */
import type { SocketId } from "../base/ids.ts";
import type { Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";
import { connectIsLost, passGate } from "./gate.ts";
import { takeStream } from "./lifetimes/connection.ts";
import { settleClosed } from "./settle.ts";
import { loseConnection } from "./sockets.ts";
import type { QueueEvent } from "./state.ts";
import { queueTake, refusalOf } from "./writable.ts";

/** internalNewHttpClient(socket): a flush, with a wait at the gate of its own, and then the stream is taken. */
export function newHttpClient(d: Draft, value: Value): Ref {
  const js = d.js();
  const host = js.asHost(value);
  if (host?.type !== "Socket") {
    const text =
      "Failed to execute 'internalNewHttpClient' on 'SocketsModule': parameter 1 is not of type 'Socket'.";
    throw new HandlerThrow(js.newError("TypeError", text));
  }
  const id = host.id as SocketId;
  const promise = js.newPromise();
  const refused = d.socket(id).writerLocked
    ? "This WritableStream is currently locked to a writer."
    : refusalOf(d, id);
  if (refused !== null) js.reject(promise, js.newError("TypeError", refused));
  else {
    d.patchSocket(id, { takeRef: promise.ref });
    queueTake(d, id);
  }
  return promise;
}

/** The flush is done: both streams are detached and stay locked, `closed` resolves, and the connection goes on without them. */
export function takeConnectionStream(d: Draft, id: SocketId, { waiter, writes }: QueueEvent): void {
  const js = d.js();
  const { stage, takeRef, actor } = d.socket(id);
  passGate(d, waiter, { type: "take", socket: id }, writes, actor);
  d.patchSocket(id, { isClosing: true, writerLocked: true, readerLocked: true, takeRef: 0 });
  settleClosed(d, id, null);
  takeStream(d, id);
  if (stage === "deferred" && d.design.lifetimes.deferred === "connectTask") {
    connectIsLost(d, id, "its connectTask was destroyed with ConnectionData");
    loseConnection(d, id);
  }
  js.resolve({ ref: takeRef }, js.hostObject("HttpClient", id));
}
