/*
 * A recorded outcome with commits to a bucket, as comparable entries.
 *
 * | recorded                                   | compared as       | why                                                       |
 * | ------------------------------------------ | ----------------- | --------------------------------------------------------- |
 * | `commit N sent`, `sent again`              | `commit-sent`     | sent from another thread: its place among what workerd    |
 * |                                            |                   | does at the same moment is free (`isFree`)                |
 * | `commit N is never answered`               | in `commit-sent`  | noted when it is sent                                     |
 * | `commit N connection reset`                | `refused`         | any answer but 200, 429 and 503 breaks the gate           |
 * | `request error ECONNRESET`                 | nothing           | the client that has left hears so                         |
 * | `data` of two lengths in a row             | one `send`        | workerd may join or split what it writes back to back     |
 * | `#2 accept` in `after` and `confirmAfter`  | `#2 connect`      | the far end's view of the same                            |
 */
import { err, ok, type Result } from "../base/result.ts";
import type { ClusterOutcome } from "./cluster-corpus.ts";
import { answersOf, type ClusterScenario } from "./corpus.ts";
import {
  type Entry,
  joinSends,
  type Observation,
  parseData,
  parseWires,
  pathAtObject,
  splitMark,
} from "./entries.ts";
import type { Answer } from "./peer.ts";

/** The paths of each request of a scenario: several where they go out together. */
export function pathsOf(scenario: ClusterScenario): readonly (readonly string[])[] {
  return scenario.requests.map((request) =>
    typeof request === "string" ? [request] : "path" in request ? [request.path] : request,
  );
}

/** Whether the entry may change places with a commit that is sent: it is workerd's own doing. */
export function isFree({ kind }: Entry): boolean {
  return ["connect", "send", "end", "close", "log", "response", "message", "body", "body-ends"].includes(
    kind,
  );
}

const BUSY = new Set(["429", "503"]);

/** Reads entries one by one. */
class OrderReader {
  readonly entries: Entry[] = [];
  private readonly labels: readonly string[];

  constructor(scenario: ClusterScenario) {
    this.labels = pathsOf(scenario).map((paths) => paths.join(" and "));
  }

  /** Takes one entry; false when it is of no known kind. */
  read(text: string): boolean {
    if (text.startsWith("log ")) this.entries.push({ kind: "log", text: text.slice("log ".length) });
    else if (text.startsWith("request ")) return this.request(text.slice("request ".length));
    else if (text.startsWith("commit ")) return this.commit(text);
    else if (text.startsWith("check ")) return this.check(text);
    else if (text.startsWith("response ")) return this.response(text);
    else if (text.startsWith("client disconnects")) {
      this.entries.push({ kind: "disconnect", group: this.groupOf(text.slice("client disconnects".length)) });
    } else if (text.startsWith("body error ")) {
      // The client that has left itself hears so.
      if (this.entries.at(-1)?.kind !== "disconnect") this.entries.push({ kind: "body-breaks" });
    } else if (text === "body ends") this.entries.push({ kind: "body-ends" });
    else if (text.startsWith("body ")) return this.body(text.slice("body ".length));
    else return this.network(splitMark(text));
    return true;
  }

  /** Which request " to PATH" names, the first of them that has no answer yet; without one there is only one. */
  private groupOf(to: string): number {
    if (to === "") return 0;
    const answered = this.entries.flatMap((entry) => (entry.kind === "response" ? [entry.group] : []));
    return this.labels.findIndex(
      (label, group) => label === to.replace(/^ to /, "") && !answered.includes(group),
    );
  }

  private request(what: string): boolean {
    if (what.startsWith("error ")) return true;
    const paths = what.split(" and ");
    if (!this.labels.includes(what)) return false;
    for (const path of paths) this.entries.push({ kind: "request", path: pathAtObject(path) });
    return true;
  }

  private commit(text: string): boolean {
    const [, number, what = ""] = /^commit (\d+)(?: of \w+)? (.*)$/.exec(text) ?? [];
    const commit = Number(number);
    const refused = /^refused (\d+)( \(but stored\))?$/.exec(what);
    if (what === "sent" || what === "sent again")
      this.entries.push({ kind: "commit-sent", commit, answered: true });
    else if (what === "is never answered") return this.neverAnswered(commit);
    else if (what === "durable")
      this.entries.push({ kind: "commit-answered", commit, how: "durable", stored: true, text: what });
    else if (what === "connection reset")
      this.entries.push({ kind: "commit-answered", commit, how: "refused", stored: null, text: what });
    else if (refused !== null) {
      const how = BUSY.has(refused[1] ?? "") ? "busy" : "refused";
      this.entries.push({
        kind: "commit-answered",
        commit,
        how,
        stored: refused[2] !== undefined,
        text: what,
      });
    } else return false;
    return true;
  }

  private neverAnswered(commit: number): boolean {
    const index = this.entries.findLastIndex(
      (entry) => entry.kind === "commit-sent" && entry.commit === commit,
    );
    if (index < 0) return false;
    this.entries[index] = { kind: "commit-sent", commit, answered: false };
    return true;
  }

  private check(text: string): boolean {
    const [, number, what = ""] = /^check (\d+)(?: of \w+)? (.*)$/.exec(text) ?? [];
    const check = Number(number);
    const refused = /^refused (\d+)/.exec(what);
    if (what === "asked") this.entries.push({ kind: "check", check, what: "asked" });
    else if (what === "answered") this.entries.push({ kind: "check", check, what: "passed" });
    else if (what === "connection reset") this.entries.push({ kind: "check", check, what: "refused" });
    else if (refused !== null)
      this.entries.push({ kind: "check", check, what: BUSY.has(refused[1] ?? "") ? "busy" : "refused" });
    else return what === "is never answered";
    return true;
  }

  private response(text: string): boolean {
    const match = /^response (\d+)( to .*)?$/.exec(text);
    if (match === null) return false;
    this.entries.push({ kind: "response", status: Number(match[1]), group: this.groupOf(match[2] ?? "") });
    return true;
  }

  private body(text: string): boolean {
    const data = parseData(text);
    const [piece] = data ?? [];
    if (piece?.type !== "text") return false;
    const value: unknown = JSON.parse(text);
    this.entries.push({ kind: "body", text: String(value) });
    return true;
  }

  private network({ connection, rest }: { readonly connection: number; readonly rest: string }): boolean {
    if (rest === "connect") this.entries.push({ kind: "connect", connection });
    else if (rest === "fin") this.entries.push({ kind: "end", connection });
    else if (rest === "close" || rest === "rst") this.entries.push({ kind: rest, connection });
    else if (rest.startsWith("websocket "))
      this.entries.push({ kind: "message", connection, text: rest.slice("websocket ".length) });
    else {
      const data = rest.startsWith("data ") ? parseData(rest.slice("data ".length)) : null;
      if (data === null) return false;
      this.entries.push({ kind: "send", connection, data });
    }
    return true;
  }
}

/** The answers by request: of requests that went out together the recorder's Worker gives all in one body. */
function splitAnswers(
  scenario: ClusterScenario,
  answers: readonly Answer[],
): Result<readonly Answer[], string> {
  const split: Answer[] = [];
  for (const [index, paths] of pathsOf(scenario).entries()) {
    const answer = answers[index];
    if (answer === undefined) return err(`there is no answer to request ${index + 1}`);
    if (!Array.isArray(scenario.requests[index])) split.push(answer);
    else {
      const own: unknown = JSON.parse(answer.body ?? "[]");
      if (!Array.isArray(own) || own.length !== paths.length)
        return err(`the answer to request ${index + 1} does not hold ${paths.length} answers`);
      for (const { status, body } of own) split.push({ status: Number(status), body: String(body) });
    }
  }
  return ok(split);
}

/** The outcome as comparable entries, or why it cannot be compared. */
export function readClusterOutcome(
  scenario: ClusterScenario,
  outcome: ClusterOutcome,
): Result<Observation, string> {
  const wires = parseWires(outcome.wire);
  if (!wires.ok) return wires;
  const answers = splitAnswers(scenario, answersOf(outcome));
  if (!answers.ok) return answers;
  const reader = new OrderReader(scenario);
  for (const text of outcome.order) {
    if (!reader.read(text)) return err(`the recording has the entry "${text}", which is not compared`);
  }
  return ok({ entries: joinSends(reader.entries), wires: wires.value, answers: answers.value });
}

/** The entries with every commit that is sent as early as it may stand: equal for orders that differ only in that. */
export function withEarlySends(entries: readonly Entry[]): readonly Entry[] {
  const early: Entry[] = [];
  for (const entry of entries) {
    let place = early.length;
    if (entry.kind === "commit-sent") {
      for (let before = early[place - 1]; before !== undefined && isFree(before); before = early[place - 1])
        place -= 1;
    }
    early.splice(place, 0, entry);
  }
  return joinSends(early);
}
