/*
 * A recorded outcome as comparable entries: one order over what workerd did (`entries`), and what the far end of each
 * connection saw (`wires`). Log lines are entries too; the corpus reader has checked that `logs` repeats them.
 *
 * What is left out or joined, and why (the same on the model's side, in follow.ts):
 *
 * | recorded                                            | compared as          | why                                                     |
 * | --------------------------------------------------- | -------------------- | ------------------------------------------------------- |
 * | `recv ...`                                          | nothing              | when the kernel is asked is read-ahead; what JavaScript |
 * |                                                     |                      | reads shows in logs, what is left unread in `rst`       |
 * | neighbouring `send`s of a connection                | one `send`           | workerd may join or split what it writes back to back   |
 * | `send EPIPE`, `send ECONNRESET`                     | nothing              | nothing was sent                                        |
 * | `shutdown WR`; `close` without one before           | `end` of connection  | both end what the far end gets; FIN or RST is on `wire` |
 * | `close` after `shutdown WR`                         | nothing              | the far end has had its FIN                             |
 * | `close` of a connection without fin or rst on `wire`| nothing              | refused, never answered or reset by the far end: nobody |
 * |                                                     |                      | was there to see it                                     |
 * | `<TLS handshake 215 bytes>`, `<TLS alert 2 bytes>`  | their size with      | what is in them is random; it is a record's size        |
 * |                                                     | 5 bytes of header    | without its header that is recorded                     |
 * | of a connection to a Worker all but what it tells    | nothing              | the way there is no system call, and a call that is     |
 * |                                                     |                      | cancelled tells no end                                  |
 * | after `fsync EIO`: the next `fsync`; after          | nothing              | SQLite closes the database of the object that is reset  |
 * | `disk write ENOSPC`: the next two; after ctx.abort()|                      | (disk-calls.ts)                                         |
 * | the last two, or a failing last one                 |                      |                                                         |
 * | `request /a and /b`                                 | two entries          | one HTTP request that the recorder's Worker splits      |
 * | `request /OBJECT:b/x`                               | `request /x`         | the recorder's Worker takes the object's name off       |
 * | `response 200` to `request /a and /b`               | one entry, when all  | that Worker answers when it has every answer; their own |
 * |                                                     | answers are there    | statuses are in `responses`                             |
 */
import { err, ok, type Result } from "../base/result.ts";
import { readClusterOutcome } from "./cluster-recording.ts";
import { answersOf, type LocalOutcome, type LocalScenario, type Outcome, type Scenario } from "./corpus.ts";
import { type DiskCall, readDiskCalls } from "./disk-calls.ts";
import {
  type Entry,
  joinSends,
  type Observation,
  parseData,
  parseWires,
  pathAtObject,
  sawEnd,
  splitMark,
  type WireEntry,
} from "./entries.ts";

/** The recorded order of system calls, read from left to right; the state is what earlier entries left behind. */
class SyscallReader {
  readonly entries: Entry[] = [];
  private readonly ended = new Set<number>();
  private requestsSeen = 0;
  private responsesSeen = 0;
  private readonly scenario: LocalScenario;
  private readonly wires: readonly (readonly WireEntry[])[];

  constructor(scenario: LocalScenario, wires: readonly (readonly WireEntry[])[]) {
    this.scenario = scenario;
    this.wires = wires;
  }

  /** Takes one entry; false when it is of no known kind. */
  read(text: string, disk: DiskCall | undefined): boolean {
    if (disk === "closing") return true;
    if (disk !== undefined) this.entries.push({ kind: disk });
    else if (text.startsWith("log ")) this.entries.push({ kind: "log", text: text.slice("log ".length) });
    else if (text.startsWith("request ")) return this.request(text.slice("request ".length));
    else if (/^response \d+$/.test(text)) {
      const status = Number(text.slice("response ".length));
      this.entries.push({ kind: "response", status, group: this.responsesSeen });
      this.responsesSeen += 1;
    } else return this.network(splitMark(text));
    return true;
  }

  private request(paths: string): boolean {
    const group = [this.scenario.requests[this.requestsSeen] ?? []].flat();
    this.requestsSeen += 1;
    if (group.join(" and ") !== paths) return false;
    for (const path of group) this.entries.push({ kind: "request", path: pathAtObject(path) });
    return true;
  }

  private network({ connection, rest }: { readonly connection: number; readonly rest: string }): boolean {
    if (rest === "connect") this.entries.push({ kind: "connect", connection });
    else if (rest === "shutdown WR" || rest === "close") {
      if (!this.ended.has(connection) && sawEnd(this.wires, connection))
        this.entries.push({ kind: "end", connection });
      this.ended.add(connection);
    } else if (rest.startsWith("send ") && !/^send E[A-Z]+$/.test(rest)) {
      const data = parseData(rest.slice("send ".length));
      if (data === null) return false;
      this.entries.push({ kind: "send", connection, data });
    } else return rest.startsWith("recv ") || rest.startsWith("send ");
    return true;
  }
}

/** The outcome as comparable entries, or why it cannot be compared. */
export function readOutcome(scenario: Scenario, outcome: Outcome): Result<Observation, string> {
  if ("order" in outcome)
    return scenario.format === "cluster"
      ? readClusterOutcome(scenario, outcome)
      : err("the formats are mixed");
  return scenario.format === "local" ? readLocalOutcome(scenario, outcome) : err("the formats are mixed");
}

function readLocalOutcome(scenario: LocalScenario, outcome: LocalOutcome): Result<Observation, string> {
  if (outcome.died !== undefined) return err(`workerd itself ended (${outcome.died}) in the recording`);
  const wires = parseWires(outcome.wire);
  if (!wires.ok) return wires;
  const reader = new SyscallReader(scenario, wires.value);
  const disk = readDiskCalls(scenario, outcome);
  for (const [index, text] of outcome.syscalls.entries()) {
    if (!reader.read(text, disk.get(index)))
      return err(`the recording has the entry "${text}", which is not compared`);
  }
  return ok({ entries: joinSends(reader.entries), wires: wires.value, answers: answersOf(outcome) });
}
