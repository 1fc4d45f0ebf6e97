/*
 * The built-in scenarios, in the order in which they are offered. Their handlers are compiled when the app is built.
 */
import type { DesignChoice, World } from "../model/setup.ts";
import { DEFAULT_WORLD } from "../model/setup.ts";
import alarmStartTls from "./alarm-starttls.js?handler";
import allowUnconfirmed from "./allow-unconfirmed.js?handler";
import backpressure from "./backpressure.js?handler";
import bytesQueued from "./bytes-queued.js?handler";
import callAnotherObject from "./call-another-object.js?handler";
import closeBeforeCommit from "./close-before-commit.js?handler";
import closeCollected from "./close-collected.js?handler";
import closeWhileHeld from "./close-while-held.js?handler";
import commitFailsFirst from "./commit-fails-first.js?handler";
import connectRefused from "./connect-refused.js?handler";
import connectThenPut from "./connect-then-put.js?handler";
import endsWhileHeld from "./ends-while-held.js?handler";
import fetchHeld from "./fetch-held.js?handler";
import halfOpen from "./half-open.js?handler";
import identityStream from "./identity-stream.js?handler";
import nextLife from "./next-life.js?handler";
import otherRequest from "./other-request.js?handler";
import pingPong from "./ping-pong.js?handler";
import pipedChunks from "./piped-chunks.js?handler";
import putBetweenWrites from "./put-between-writes.js?handler";
import putThenConnect from "./put-then-connect.js?handler";
import putsCoalesced from "./puts-coalesced.js?handler";
import { recordedIn } from "./recorded.ts";
import type { Scenario } from "./scenario.ts";
import streamedResponse from "./streamed-response.js?handler";
import syncThenConnect from "./sync-then-connect.js?handler";
import takenStream from "./taken-stream.js?handler";
import twoSockets from "./two-sockets.js?handler";
import webSocketMessages from "./websocket-messages.js?handler";

const MAIN: DesignChoice = { id: "main" };
const UNGATED: DesignChoice = { id: "ungated" };

type Handler = Pick<Scenario, "load">;

function scenario(
  handler: Handler,
  id: string,
  title: string,
  sentence: string,
  world: Partial<World> = {},
  design: DesignChoice = MAIN,
  recording?: Scenario["recording"],
): Scenario {
  return {
    id,
    title,
    sentence,
    load: handler.load,
    design,
    world: { ...DEFAULT_WORLD, ...world },
    ...(recording !== undefined && { recording }),
  };
}

/** The built-in scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  scenario(
    putThenConnect,
    "put-then-connect",
    "Put, then connect",
    "The handler runs on at once, but its connection is held until the put is durable.",
  ),
  scenario(
    commitFailsFirst,
    "commit-fails-first",
    "The commit fails before the connection",
    "Without the gate the far end sees a connection on behalf of a write that never happened; with it, nothing at all.",
    { commitAnswers: { 1: [{ how: "fails" }] }, commitMs: 20 },
    UNGATED,
  ),
  scenario(
    connectThenPut,
    "connect-then-put",
    "Connect, then put",
    "Locks are counted when the output is asked for: the connection goes at once, the bytes written later are held.",
    { commitMs: 40 },
  ),
  scenario(
    putsCoalesced,
    "puts-coalesced",
    "Several puts, one commit",
    "Writes of one turn are coalesced, an awaited put included: one commit, one lock, one connection behind it.",
  ),
  scenario(
    bytesQueued,
    "bytes-queued",
    "Bytes queued while held",
    "Writes before the connection is up wait in the stream's queue and leave in order, one by one, after the gate has opened.",
  ),
  scenario(
    putBetweenWrites,
    "put-between-writes",
    "A put between two writes",
    "Each write captures its own locks when it is called: the one before the put leaves at once, the one after it waits.",
  ),
  scenario(
    twoSockets,
    "two-sockets",
    "Two sockets behind one gate",
    "One connection is asked for before the put and one after it: only the second one is held.",
    { commitMs: 30 },
  ),
  scenario(
    allowUnconfirmed,
    "allow-unconfirmed",
    "allowUnconfirmed",
    "A write that does not ask for confirmation takes no lock: connection and response go at once, and a failure still resets the object.",
    { commitMs: 30 },
  ),
  scenario(
    syncThenConnect,
    "sync-then-connect",
    "Awaited is not durable, sync() is",
    "An awaited put continues before its commit has even started; sync() continues when it is durable.",
  ),
  scenario(
    alarmStartTls,
    "alarm-starttls",
    "An alarm that sends mail over TLS",
    "The alarm is a write of its own and goes off in a new life, too; in alarm() the put holds the connection, and the ClientHello follows what was said in plain text.",
    { peer: { tls: true } },
  ),
  scenario(
    connectRefused,
    "connect-refused",
    "Refused connection",
    "The refusal is only learnt after the commit, and the promises of the socket reject in a fixed order.",
    { peer: { refuse: true } },
  ),
  scenario(
    halfOpen,
    "half-open",
    "Half-open",
    "With allowHalfOpen the object goes on writing after the far end's FIN, and what it writes is still gated.",
    { peer: { finOnAccept: true } },
  ),
  scenario(
    closeWhileHeld,
    "close-while-held",
    "Close while held",
    "A socket that is closed while its connection is held is still connected once the commit is durable, and closed then.",
  ),
  scenario(
    backpressure,
    "backpressure",
    "Backpressure",
    "The far end reads late: desiredSize falls below zero, ready waits, and the handler's loop with it.",
    { peer: { readAfterMs: 60 }, windowBytes: 16 },
  ),
  scenario(
    pingPong,
    "ping-pong",
    "Ping-pong with puts",
    "Every round writes first: each ping waits for its own commit, reading waits for none.",
    { peer: { echo: true } },
  ),
  scenario(
    otherRequest,
    "other-request",
    "Another request's put",
    "The gate belongs to the object, not to the request: one request's put holds the other's connection.",
    { requests: [["/deposit", "/connect"]] },
  ),
  scenario(
    fetchHeld,
    "fetch-held",
    "A held fetch()",
    "A fetch() after a put does not even connect before the commit; its answer is not held, and what is written then is a commit of its own.",
    { peer: { http: true }, commitMs: 30 },
  ),
  scenario(
    callAnotherObject,
    "call-another-object",
    "Calling another object",
    "The call waits for the caller's commit, and its result for that of the object that is called: each has a gate of its own.",
    { commitMs: 30 },
  ),
  scenario(
    webSocketMessages,
    "websocket-messages",
    "WebSocket messages around a put",
    "Every message counts the locks there are when it is sent: the first leaves at once, the second and the close wait for the put.",
    { peer: { websocket: true }, commitMs: 30 },
  ),
  scenario(
    nextLife,
    "next-life",
    "The next life",
    "After a failed commit the object is reset: its memory is new, what was durable is still there.",
    { requests: ["/first", "/second", "/third"], commitAnswers: { 2: [{ how: "fails" }] } },
  ),
  scenario(
    endsWhileHeld,
    "order-in-review",
    "The order that the review called fragile",
    "The object ends while its connection is held: the first revision destroys the slot before the task that points to it, and only nothing running in between makes it safe.",
    { commitMs: 60 },
    { id: "deferred-r1" },
  ),
  scenario(
    endsWhileHeld,
    "order-as-merged",
    "The same order as it was merged",
    "What was merged destroys the slot before the frame that points to it: safe, but in exactly the order that the review called fragile.",
    { commitMs: 60 },
    { id: "promised-interface" },
  ),
  scenario(
    putThenConnect,
    "address-in-review",
    "The address that the review called dangling",
    "The review held that moving the address into the socket frees what the task will read; a string that moves keeps its bytes, and that can be switched.",
    {},
    { id: "deferred-r1", stringMoveInvalidates: true },
  ),
  scenario(
    closeCollected,
    "close-collected",
    "A socket collected while it closes",
    "close() waits at the gate with a raw pointer to a socket that the garbage collector takes meanwhile, and goes on with it; main holds the socket.",
    { commitMs: 30 },
    { id: "promised-interface" },
  ),
  scenario(
    takenStream,
    "taken-stream",
    "The stream is taken out of its socket",
    "The socket's objects are destroyed while the far end has not answered, and the connection goes on: today because the slot travels with it, in the first revision by KJ's order alone.",
    { commitMs: 30 },
  ),
  scenario(
    pipedChunks,
    "piped-chunks",
    "Piped chunks leave before the commit",
    "A pipe asks the gate once, when it begins: what the handler feeds into it after a put leaves at once, also seen on real workerd.",
    { commitMs: 60 },
    MAIN,
    recordedIn(() => import("../../e2e/workerd/cluster-corpus/scenario-piped-chunks.json")),
  ),
  scenario(
    closeBeforeCommit,
    "close-before-commit",
    "A close that does not wait",
    "close() of a socket whose writer has been closed asks the gate for nothing: the connection ends before the commit, and the held write is lost, also seen on real workerd.",
    { commitMs: 60 },
    MAIN,
    recordedIn(() => import("../../e2e/workerd/cluster-corpus/scenario-close-before-commit.json")),
  ),
  scenario(
    identityStream,
    "identity-stream",
    "The same through an IdentityTransformStream",
    "Writing into the platform's own transform stream asks the gate each time, so the pipe behind it lets nothing out early.",
    { commitMs: 60 },
  ),
  scenario(
    streamedResponse,
    "streamed-response",
    "A response that is streamed",
    "Only the headers wait at the gate: chunks of a body that the handler produces later leave before their puts are durable.",
    { commitMs: 60 },
  ),
];
