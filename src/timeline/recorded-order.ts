/*
 * A run in the words of the recordings of real workerd, so that the two can be read side by side: what the outside sees leave
 * and get back, and the commits, in order.
 */
import type { OutsideEvent, RunRecord } from "../model/records.ts";

/** The order of a run. */
export function orderOfRun(records: readonly RunRecord[]): readonly string[] {
  return records.flatMap((record) => {
    switch (record.kind) {
      case "outside":
        return wordsOf(record.event) ?? [];
      case "commit-starts":
        return `commit ${record.commit} sent`;
      case "commit-durable":
        return `commit ${record.commit} durable`;
      case "log":
        return `log ${record.text}`;
      default:
        return [];
    }
  });
}

function wordsOf(event: OutsideEvent): string | null {
  switch (event.type) {
    case "request":
      return `request ${event.path}`;
    case "syn":
      return "connect";
    case "send":
      return `data ${JSON.stringify(event.text)}`;
    case "fin-sent":
      return "fin";
    case "rst-sent":
      return "rst";
    case "response-sent":
      return `response ${event.status}`;
    default:
      return null;
  }
}
