/*
 * Safety properties (MODEL 7.1), decided record by record along a run.
 */
import type { Output, RunRecord } from "./records.ts";
import type { State } from "./state.ts";
import { listInWords, writeInWords } from "./words.ts";

/** A property with its one-sentence meaning. */
export interface Property {
  readonly id: string;
  readonly title: string;
  readonly meaning: string;
}

/** The properties that are checked along every run. */
export const PROPERTIES: readonly Property[] = [
  {
    id: "S1",
    title: "No early connection",
    meaning: "No connection begins before the writes that connect() depends on are durable.",
  },
  {
    id: "S2",
    title: "No early bytes",
    meaning: "No bytes leave before the writes that write() depends on are durable.",
  },
  {
    id: "S3",
    title: "No early FIN",
    meaning: "No FIN leaves before the writes that the close depends on are durable.",
  },
  // Not numbered in MODEL.md: the same rule for the output that every handler has.
  {
    id: "SR",
    title: "No early response",
    meaning: "No response leaves before the writes that it depends on are durable.",
  },
  {
    id: "S4",
    title: "Broken silence",
    meaning: "If a write fails, nothing that depends on it is ever observable.",
  },
];

interface Violation {
  readonly property: string;
  readonly title: string;
  readonly text: string;
}

/** A violation of a property, by its id. */
function violates(id: string, text: string): Violation {
  const title = PROPERTIES.find((property) => property.id === id)?.title ?? id;
  return { property: id, title, text };
}

const PROPERTY_OF: Readonly<Partial<Record<Output["type"], string>>> = {
  connect: "S1",
  write: "S2",
  fin: "S3",
  close: "S3",
  response: "SR",
};

/** What a record violates, in the state in which it was made. */
export function propertiesAfter(state: State, record: RunRecord): readonly Violation[] {
  if (record.kind === "output-passes" && record.leak.length > 0) {
    const property = PROPERTY_OF[record.output.type];
    if (property === undefined) return [];
    const writes = listInWords(record.leak.map((write) => writeInWords(state, write)));
    const are = record.leak.length === 1 ? "is" : "are";
    return [violates(property, `${nameOf(record.output)} leaves although ${writes} ${are} not durable`)];
  }
  if (record.kind === "commit-fails") {
    const failed = new Set(state.commits[record.commit - 1]?.writes.map((entry) => entry.write));
    return state.leaked
      .filter((leak) => leak.writes.some((write) => failed.has(write)))
      .map((leak) =>
        violates("S4", `${nameOf(leak.output)} was observable, and what it depends on has failed`),
      );
  }
  return [];
}

/** An output in words. */
function nameOf(output: Output): string {
  switch (output.type) {
    case "connect":
      return `the connection to ${output.address}`;
    case "write":
      return `write ${output.write} of socket ${output.socket} (${output.bytes} B)`;
    case "fin":
      return `the FIN of socket ${output.socket}`;
    case "close":
      return `the close of socket ${output.socket}`;
    case "response":
      return `the response ${output.status}`;
    case "alarm-outcome":
    case "alarm-done":
      return "the outcome of alarm()";
    case "sync":
      return "sync()";
  }
}
