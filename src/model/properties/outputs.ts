/*
 * Nothing leaves before the writes that it depends on are durable (MODEL 7.1, S1 to S4). Decided where an output crosses
 * the gate line, which is where the outside can observe it from.
 */
import type { Output, RecordOf, RunRecord } from "../records.ts";
import type { State } from "../state.ts";
import { listInWords, writeInWords } from "../words.ts";
import type { PropertyId, WatchedProperty } from "./property.ts";
import { commitOf, hasFailed, writesOf } from "./remember.ts";

/** The property that speaks about an output; null for what nobody outside observes. */
export function propertyOf(output: Output): PropertyId | null {
  return PROPERTY_OF[output.type];
}

const PROPERTY_OF: Readonly<Record<Output["type"], PropertyId | null>> = {
  connect: "S1",
  write: "S2",
  pipe: null,
  chunk: "S2p",
  transform: null,
  "body-chunk": "SR",
  fin: "S3",
  close: "S3c",
  "start-tls": "S3t",
  response: "SR",
  fetch: "S1",
  call: "SR",
  result: "SR",
  frame: "S2",
  "alarm-outcome": "SR",
  "alarm-done": "SR",
  sync: null,
  take: null,
};

function crossing(id: PropertyId, name: string, meaning: string): WatchedProperty {
  const speaksOf = (record: RunRecord): record is RecordOf<"output-passes"> =>
    record.kind === "output-passes" && propertyOf(record.output) === id;
  return {
    id,
    name,
    kind: "always",
    meaning,
    reached: speaksOf,
    at: ["output-passes"],
    judge(state, record) {
      if (!speaksOf(record) || record.leak.length === 0) return null;
      const writes = listInWords(record.leak.map((write) => writeInWords(state, write)));
      const are = record.leak.length === 1 ? "is" : "are";
      return `${outputInWords(record.output)} leaves although ${writes} ${are} not durable`;
    },
  };
}

/** S4: what has leaked and then fails, or fails and then leaks. */
const brokenSilence: WatchedProperty = {
  id: "S4",
  name: "Broken silence",
  kind: "never-after",
  meaning: "If a write fails, nothing that depends on it is ever observable.",
  reached: (record) => record.kind === "commit-fails" || record.kind === "gate-breaks",
  at: ["output-passes", "commit-fails", "gate-breaks"],
  judge(state, record) {
    if (record.kind === "output-passes") {
      const failed = record.leak.filter((write) => hasFailed(state, write));
      if (failed.length === 0) return null;
      const writes = listInWords(failed.map((write) => writeInWords(state, write)));
      return `${outputInWords(record.output)} leaves although ${writes} has failed`;
    }
    const leaks = leaksOf(state, record);
    if (leaks.length === 0) return null;
    const were = leaks.length === 1 ? "was" : "were";
    return `${listInWords(leaks.map(outputInWords))} ${were} observable, and what ${leaks.length === 1 ? "it depends" : "they depend"} on has failed`;
  },
};

function leaksOf(state: State, record: RunRecord): readonly Output[] {
  if (record.kind !== "commit-fails" && record.kind !== "gate-breaks") return [];
  if (state.leaked.length === 0) return [];
  const commit = record.kind === "commit-fails" ? record.commit : commitOf(state, record.lock);
  const failed = writesOf(state, commit);
  return state.leaked
    .filter((leak) => leak.writes.some((write) => failed.includes(write)))
    .map((leak) => leak.output);
}

/** S1 to S4. */
export const OUTPUT_PROPERTIES: readonly WatchedProperty[] = [
  crossing(
    "S1",
    "No early connection",
    "No connection begins before the writes that connect() depends on are durable.",
  ),
  crossing("S2", "No early bytes", "No bytes leave before the writes that write() depends on are durable."),
  crossing(
    "S2p",
    "No early piped bytes",
    "No bytes of a pipe leave before the writes that the handler had made when it produced them are durable.",
  ),
  crossing("S3", "No early FIN", "No FIN leaves before the writes that the close depends on are durable."),
  crossing(
    "S3c",
    "No early teardown",
    "socket.close() gives the connection up only when the writes that it depends on are durable.",
  ),
  crossing(
    "S3t",
    "No early TLS upgrade",
    "No ClientHello of startTls() leaves before the writes that the call depends on are durable.",
  ),
  // Not numbered in MODEL.md: the same rule for the outputs that have no number there.
  crossing(
    "SR",
    "No other early output",
    "Neither a response nor any other output leaves before the writes that it depends on are durable.",
  ),
  brokenSilence,
];

/** An output in words. */
function outputInWords(output: Output): string {
  switch (output.type) {
    case "connect":
      return `the connection to ${output.address}`;
    case "write":
      return `write ${output.write} of socket ${output.socket} (${output.bytes} B)`;
    case "take":
      return `the taking of socket ${output.socket}'s stream`;
    case "pipe":
      return `the start of a pipe into socket ${output.socket}`;
    case "chunk":
      return `piped chunk ${output.write} of socket ${output.socket} (${output.bytes} B)`;
    case "transform":
      return "a write into a transform stream";
    case "body-chunk":
      return `a chunk of a response's body (${output.bytes} B)`;
    case "fin":
      return `the FIN of socket ${output.socket}`;
    case "close":
      return `the close of socket ${output.socket}`;
    case "start-tls":
      return `the ClientHello of socket ${output.socket}`;
    case "response":
      return `the response ${output.status}`;
    case "alarm-outcome":
    case "alarm-done":
      return "the outcome of alarm()";
    case "fetch":
      return `fetch ${output.method} ${output.url}`;
    case "call":
      return `the call ${output.what} of object ${output.object}`;
    case "result":
      return `the result ${output.text}`;
    case "frame":
      return output.frameType === "close"
        ? `the close of WebSocket ${output.socket}`
        : `message ${output.frame} of WebSocket ${output.socket}`;
    case "sync":
      return "sync()";
  }
}
