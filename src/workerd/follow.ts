/*
 * Following the model along a recorded outcome: which of the model's records somebody outside could see, and how much of the
 * recording they explain so far. Long because every kind of record passes over the same position. The mirror of recording.ts:
 *
 * | record                            | explains                                                                         |
 * | --------------------------------- | -------------------------------------------------------------------------------- |
 * | outside request, syn              | `request PATH`, `connect`: connections count in the order of their syn           |
 * | commit-durable, commit-fails      | `fsync`; `fsync EIO` or `disk write ENOSPC`                                      |
 * | alarm-scheduled, alarm-refused    | the same: the alarm manager has a database of its own                            |
 * | file-replaced, new-file-synced    | so many `fsync`; of the first, failing ones too                                  |
 * | outside send                      | (part of) `send`                                                                 |
 * | outside fin-sent, rst-sent        | `shutdown WR` or `close`, the first of a connection, if its far end saw it end   |
 * | outside response-sent, response   | the status; `response STATUS` is between the two, a JavaScript turn after the    |
 * |                                   | first at the earliest: the response leaves the object, then crosses the calling  |
 * |                                   | Worker. Of a group: with its last answer                                         |
 * | log                               | `log TEXT`, line by line                                                         |
 * | to a Worker: syn, send, fin-sent, closed | nothing: the way to it is no system call, and it tells of no close                |
 * | outside accept, receive, fin-received, rst-received, closed | what the far end of that connection saw next           |
 * | with commits to a bucket: commit-starts, last-copy | `commit N sent`, wherever it may stand (cluster-recording.ts)   |
 * | commit-stored, commit-busy, commit-fails, last-copy | `commit N durable`, `refused`                                  |
 * | ownership-check                   | `check N ...`, if the recorder watched the checks                                |
 * | outside client-disconnects, rst-received | `client disconnects`, `rst`                                               |
 *
 * Every other record is internal to workerd or happens at the far end by itself, and explains nothing.
 */
import type { CommitId, RequestId, SocketId } from "../base/ids.ts";
import type { OutsideEvent, RecordOf, RunRecord } from "../model/records.ts";

import { isFree, pathsOf } from "./cluster-recording.ts";
import type { Scenario } from "./corpus.ts";
import { type Entry, type Observation, sawEnd, showEntry, showWireEntry, type WireEntry } from "./entries.ts";
import { Differs, followBytes, followWire } from "./follow-wire.ts";
import { next, type Position, pastOpenEnd, take } from "./match-bytes.ts";
import { statusOf } from "./peer.ts";
import { isWatched, watchedEntries } from "./watched.ts";

/** A commit of the model, by its place the number that recordings give it. */
export interface FollowedCommit {
  readonly commit: CommitId;
  readonly sends: number;
  readonly answers: number;
}

/** How much of an observation is explained. */
export interface Progress {
  readonly main: Position;
  /** By connection. */
  readonly wires: readonly Position[];
  /** The model's sockets, by connection. */
  readonly sockets: readonly SocketId[];
  /** Requests whose response has left the object, ascending. */
  readonly sent: readonly RequestId[];
  /** Of these, those for which a JavaScript turn has ended since: by now they may have crossed the calling Worker. */
  readonly crossed: readonly RequestId[];
  /** Requests whose client has the answer, ascending. */
  readonly answered: readonly RequestId[];
  /** Virtual time of the latest answer; time of the latest entry. */
  readonly answeredAt: number;
  readonly lastAt: number;
  /** In the order in which they were first sent. */
  readonly commits: readonly FollowedCommit[];
  /** Positions of sent commits that have been passed over and are still to be explained / that were explained ahead of their place. */
  readonly passed: readonly number[];
  readonly early: readonly number[];
  /** When the turn began that is being followed. */
  readonly turnAt: number | null;
  /** When the entries that the recorder waits for were explained. */
  readonly seenAt: Readonly<Record<string, number>>;
}

/** Nothing is explained yet. */
export const START: Progress = {
  main: { entry: 0, bytes: 0 },
  wires: [],
  sockets: [],
  sent: [],
  crossed: [],
  answered: [],
  answeredAt: 0,
  lastAt: 0,
  commits: [],
  passed: [],
  early: [],
  turnAt: null,
  seenAt: {},
};

const showData = (bytes: number, text: string): string =>
  bytes > 96 ? `<${bytes} bytes>` : JSON.stringify(text);

const withId = (ids: readonly RequestId[], id: RequestId): readonly RequestId[] =>
  [...ids, id].sort((a, b) => a - b);

type BucketKind =
  | "commit-starts"
  | "commit-stored"
  | "commit-durable"
  | "commit-busy"
  | "commit-fails"
  | "last-copy"
  | "ownership-check";

const NEVER_SENT = { sends: 0, answers: 0 };
const ANY_ANSWER = ["durable", "busy", "refused"];

/** Follows records along one observation of one scenario. */
export class Follower {
  readonly observation: Observation;
  private readonly scenario: Scenario;
  /** Requests by group. */
  private readonly groups: readonly (readonly RequestId[])[];
  private readonly watched: readonly string[];
  private readonly isLive: boolean;
  private readonly isServed: boolean;
  /** Virtual time of the record that is being followed. */
  private at = 0;
  private readonly isWatchingBody: boolean;

  constructor(scenario: Scenario, observation: Observation) {
    this.scenario = scenario;
    this.observation = observation;
    const paths =
      scenario.format === "cluster" ? pathsOf(scenario) : scenario.requests.map((one) => [one].flat());
    let last = 0;
    this.groups = paths.map((group) => group.map(() => ++last as RequestId));
    this.watched = scenario.format === "cluster" ? watchedEntries(scenario) : [];
    this.isLive = scenario.format === "cluster" && scenario.peer?.websocket === true;
    this.isServed = scenario.format === "local" && scenario.service === "worker";
    this.isWatchingBody = scenario.format === "cluster" && scenario.watchBody;
  }

  /** The progress after `record`, or how it differs from what was observed. */
  follow(progress: Progress, record: RunRecord): Progress | Differs {
    this.at = record.at;
    const followed = this.followRecord(progress, record);
    if (followed instanceof Differs || followed === progress) return followed;
    const after = this.pastEarly(followed);
    const lastAt = Math.max(progress.lastAt, record.at, this.heldBackUntil(progress, record));
    return { ...after, lastAt, seenAt: this.seen(progress, after, lastAt) };
  }

  /** The time of what the recorder held back until it had seen an entry: later than the model's clock, which knows nothing of that. */
  private heldBackUntil({ seenAt }: Progress, record: RunRecord): number {
    if (this.scenario.format !== "cluster" || record.kind !== "outside" || record.event.type !== "request")
      return 0;
    const request = this.scenario.requests[this.groupOf(record.event.request)];
    if (typeof request !== "object" || !("path" in request) || request.after === undefined) return 0;
    return (seenAt[request.after] ?? 0) + (request.ms ?? 0);
  }

  private followRecord(progress: Progress, record: RunRecord): Progress | Differs {
    switch (record.kind) {
      case "commit-starts":
      case "commit-stored":
      case "commit-durable":
      case "commit-busy":
      case "commit-fails":
      case "last-copy":
      case "ownership-check":
        return this.scenario.format === "cluster"
          ? this.bucket(progress, record)
          : this.disk(progress, record);
      case "file-replaced":
        return this.scenario.format === "local" ? this.fileReplaced(progress, record.fsyncs) : progress;
      case "new-file-synced":
        return this.scenario.format === "local" ? this.fsyncs(progress, record.fsyncs) : progress;
      case "alarm-scheduled":
        return this.scenario.format === "local" ? this.entry(progress, { kind: "commit" }) : progress;
      case "alarm-refused":
        return this.scenario.format === "local" ? this.entry(progress, { kind: "commit-fails" }) : progress;
      case "log":
        return this.log(progress, record.text);
      case "turn-begins":
        return { ...progress, turnAt: record.at };
      case "turn-ends":
        return { ...progress, turnAt: null, crossed: progress.sent };
      case "outside":
        return this.outside(progress, record.event, record.at);
      default:
        return progress;
    }
  }

  isComplete(progress: Progress): boolean {
    return this.missing(progress).length === 0;
  }

  /** What was observed and is not explained yet, the next entry of each list. */
  missing(progress: Progress): readonly string[] {
    const { entries, wires: seen } = this.observation;
    const missing: string[] = [];
    const entry = entries[progress.passed[0] ?? this.pastEnd(this.pastEarly(progress)).main.entry];
    if (entry !== undefined) missing.push(showEntry(entry));
    for (const [index, wire] of seen.entries()) {
      const left = wire[pastOpenEnd(wire, progress.wires[index] ?? { entry: 0, bytes: 0 }).entry];
      if (left !== undefined) missing.push(showWireEntry(index + 1, left));
    }
    return missing;
  }

  /** Notes when entries were explained that the recorder waits for. */
  private seen(before: Progress, after: Progress, at: number): Progress["seenAt"] {
    if (this.watched.length === 0) return after.seenAt;
    const { entries } = this.observation;
    const isExplained = ({ main, early, passed }: Progress, position: number): boolean =>
      (position < main.entry && !passed.includes(position)) || early.includes(position);
    const explained = [...entries.keys()].filter(
      (position) => isExplained(after, position) && !isExplained(before, position),
    );
    const news = this.watched.filter(
      (name) => !(name in after.seenAt) && explained.some((position) => isWatched(name, entries, position)),
    );
    return news.length === 0
      ? after.seenAt
      : { ...after.seenAt, ...Object.fromEntries(news.map((name) => [name, at])) };
  }

  /** Past data that has no end of its own, once something else comes. */
  private pastEnd(progress: Progress): Progress {
    const { main } = progress;
    const past = pastOpenEnd(this.observation.entries, main);
    return past === main ? progress : this.pastEarly({ ...progress, main: past });
  }

  /** Past what was explained ahead of its place. */
  private pastEarly(progress: Progress): Progress {
    const { main, early } = progress;
    if (main.bytes > 0 || !early.includes(main.entry)) return progress;
    const left = early.filter((position) => position !== main.entry);
    return this.pastEarly({ ...progress, main: next(main), early: left });
  }

  /**
   * The progress at which the next entry is one that `fits`. What may be passed over on the way: a response that is on its way
   * to the client, and a commit that is sent while workerd does something of its own.
   */
  private reach(progress: Progress, isOwn: boolean, fits: (entry: Entry) => boolean): Progress | null {
    const here = this.pastEnd(this.pastEarly(progress));
    const entry = this.observation.entries[here.main.entry];
    if (entry === undefined) return null;
    if (here.main.bytes === 0 && fits(entry)) return isOwn || here.passed.length === 0 ? here : null;
    // A turn that takes time learns of nothing that the bucket answers meanwhile.
    const isSpinning = here.turnAt !== null && this.at > here.turnAt;
    const mayPass =
      (isOwn && (entry.kind === "commit-sent" || (entry.kind === "commit-answered" && isSpinning))) ||
      (entry.kind === "response" && this.isCrossing(here, entry.group));
    if (here.main.bytes > 0 || !mayPass) return null;
    const passed = entry.kind !== "response" ? [...here.passed, here.main.entry] : here.passed;
    return this.reach({ ...here, main: next(here.main), passed }, isOwn, fits);
  }

  /** Whether the response may be where it is recorded next, and was not before. */
  private isCrossing(progress: Progress, group: number): boolean {
    const hasCrossed = this.groups[group]?.every((member) => progress.crossed.includes(member)) ?? false;
    return hasCrossed && !this.isAnswered(progress, group);
  }

  private isAnswered({ main }: Progress, group: number): boolean {
    return this.observation.entries
      .slice(0, main.entry)
      .some((entry) => entry.kind === "response" && entry.group === group);
  }

  /** The next entry has to be `expected`. */
  private entry(progress: Progress, expected: Entry): Progress | Differs {
    const shown = showEntry(expected);
    const here = this.reach(progress, isFree(expected), (entry) => showEntry(entry) === shown);
    return here === null ? new Differs(shown) : { ...here, main: next(here.main) };
  }

  private fsyncs(progress: Progress, count: number): Progress | Differs {
    if (count === 0 || progress instanceof Differs) return progress;
    const after = this.entry(progress, { kind: "commit" });
    return after instanceof Differs ? after : this.fsyncs(after, count - 1);
  }

  /** deleteAll() goes on whichever of its fsyncs fail, and it is SQLite's business how many it makes then. */
  private fileReplaced(progress: Progress, fsyncs: number): Progress | Differs {
    const { entries } = this.observation;
    const from = this.pastEnd(this.pastEarly(progress)).main.entry;
    const end = entries.findIndex(
      ({ kind }, position) => position >= from && kind !== "commit" && kind !== "commit-fails",
    );
    const own = entries.slice(from, Math.min(end < 0 ? entries.length : end, from + fsyncs + 1));
    const failed = own.findLastIndex(({ kind }) => kind === "commit-fails");
    if (failed < 0) return this.fsyncs(progress, fsyncs);
    return own.reduce<Progress | Differs>(
      (reached, entry) => (reached instanceof Differs ? reached : this.entry(reached, entry)),
      progress,
    );
  }

  private disk(progress: Progress, { kind }: RunRecord): Progress | Differs {
    if (kind === "commit-durable") return this.entry(progress, { kind: "commit" });
    return kind === "commit-fails" ? this.entry(progress, { kind: "commit-fails" }) : progress;
  }

  private bucket(progress: Progress, record: RecordOf<BucketKind>): Progress | Differs {
    switch (record.kind) {
      case "commit-starts":
        return this.commitSent(progress, record.commit);
      case "commit-stored":
        return this.commitAnswered(progress, record.commit, ["durable"], true);
      case "commit-busy":
        return this.commitAnswered(progress, record.commit, ["busy"], null);
      case "commit-fails": {
        // After the last attempt, a check or the end of the client's patience the bucket says nothing more.
        const { sends, answers } =
          progress.commits.find(({ commit }) => commit === record.commit) ?? NEVER_SENT;
        return answers < sends
          ? this.commitAnswered(progress, record.commit, ["refused"], record.stored)
          : progress;
      }
      case "last-copy":
        if (record.what === "sent") return this.commitSent(progress, record.commit, true);
        if (record.what === "busy") return this.commitAnswered(progress, record.commit, ["busy"], null);
        return this.commitAnswered(progress, record.commit, ANY_ANSWER, record.what === "stored");
      case "ownership-check": {
        const isWatching = this.scenario.format === "cluster" && this.scenario.checks.length > 0;
        const { check, what } = record;
        return isWatching ? this.entry(progress, { kind: "check", check, what }) : progress;
      }
      default:
        return progress;
    }
  }

  /** A commit is sent: recorded here, passed over before, or ahead behind what workerd does at the same moment; a last copy, which nobody waits for, also behind an answer or the next request. */
  private commitSent(progress: Progress, commit: CommitId, isLastCopy = false): Progress | Differs {
    const known = progress.commits.findIndex((one) => one.commit === commit);
    const number = known < 0 ? progress.commits.length + 1 : known + 1;
    const { entries } = this.observation;
    const fits = (position: number): boolean => {
      const entry = entries[position];
      return entry?.kind === "commit-sent" && entry.commit === number;
    };
    const done = (after: Progress, position: number): Progress => {
      const entry = entries[position];
      const isAnswered = entry?.kind === "commit-sent" && entry.answered;
      const { sends, answers } = progress.commits[known] ?? NEVER_SENT;
      const own = { commit, sends: sends + 1, answers: answers + (isAnswered ? 0 : 1) };
      return { ...after, commits: after.commits.toSpliced(number - 1, 1, own) };
    };
    const missed = progress.passed.find(fits);
    if (missed !== undefined)
      return done({ ...progress, passed: progress.passed.filter((position) => position !== missed) }, missed);
    const here = this.pastEnd(this.pastEarly(progress));
    // An answer that is passed over has to be one to an earlier sending.
    let owed =
      known < 0 ? 0 : (progress.commits[known]?.sends ?? 0) - (progress.commits[known]?.answers ?? 0);
    for (let position = here.main.entry; position < entries.length; position++) {
      const entry = entries[position];
      if (fits(position) && !here.early.includes(position))
        return done({ ...here, early: [...here.early, position] }, position);
      if (entry === undefined) break;
      if (isLastCopy && entry.kind === "commit-answered" && owed > 0) owed -= 1;
      else if (!isFree(entry) && entry.kind !== "commit-sent" && !(isLastCopy && entry.kind === "request"))
        break;
    }
    return new Differs(`commit ${number} sent`);
  }

  /** The bucket answers one of the sends; `stored` null: whatever was recorded. */
  private commitAnswered(
    progress: Progress,
    commit: CommitId,
    how: readonly string[],
    stored: boolean | null,
  ): Progress | Differs {
    const index = progress.commits.findIndex((one) => one.commit === commit);
    const own = progress.commits[index];
    const differs = new Differs(`commit ${index + 1} ${how[0] ?? "answered"}`);
    if (own === undefined) return differs;
    const fits = (entry: Entry | undefined): boolean =>
      entry?.kind === "commit-answered" &&
      entry.commit === index + 1 &&
      how.includes(entry.how) &&
      (stored === null || entry.stored === null || entry.stored === stored);
    const commits = progress.commits.with(index, { ...own, answers: own.answers + 1 });
    const missed = progress.passed.find((position) => fits(this.observation.entries[position]));
    if (missed !== undefined)
      return { ...progress, commits, passed: progress.passed.filter((position) => position !== missed) };
    const here = this.reach(progress, false, fits);
    return here === null ? differs : { ...here, commits, main: next(here.main) };
  }

  /** The recorder splits what is logged into lines and skips empty ones. */
  private log(progress: Progress, text: string): Progress | Differs {
    let after: Progress = progress;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const followed = this.entry(after, { kind: "log", text: line });
      if (followed instanceof Differs) return followed;
      after = followed;
    }
    return after;
  }

  private outside(progress: Progress, event: OutsideEvent, at: number): Progress | Differs {
    switch (event.type) {
      case "request":
        return this.entry(progress, { kind: "request", path: event.path });
      case "response-sent":
        return this.sent(progress, event.request, event.status);
      case "response":
        return this.response(progress, event.request, at);
      case "client-disconnects":
        return this.scenario.format === "cluster"
          ? this.entry(progress, { kind: "disconnect", group: this.groupOf(event.request) })
          : progress;
      case "syn": {
        const sockets = [...progress.sockets, event.socket];
        const followed = this.isServed
          ? progress
          : this.entry(progress, { kind: "connect", connection: sockets.length });
        if (followed instanceof Differs) return followed;
        return { ...followed, sockets, wires: [...progress.wires, { entry: 0, bytes: 0 }] };
      }
      case "send":
        // The frames of a WebSocket, and all that its connection sends, were recorded by the far end.
        return this.isLive || this.isServed
          ? progress
          : this.send(progress, this.connectionOf(progress, event.socket), event.bytes, event.text);
      case "fin-sent":
      case "rst-sent":
        return this.end(progress, this.connectionOf(progress, event.socket), event.type);
      case "closed-by-host":
        return this.closed(progress, this.connectionOf(progress, event.socket));
      case "accept":
        return this.wire(progress, event.socket, "accept");
      case "receive":
        return this.received(progress, event);
      case "body-received":
        return this.isWatchingBody ? this.entry(progress, { kind: "body", text: event.text }) : progress;
      case "body-ends":
        return this.isWatchingBody ? this.entry(progress, { kind: "body-ends" }) : progress;
      case "body-breaks":
        return this.isWatchingBody ? this.entry(progress, { kind: "body-breaks" }) : progress;
      case "fin-received":
        return this.wire(progress, event.socket, "fin");
      case "rst-received":
        return this.reset(progress, event.socket);
      case "closed":
        return this.scenario.format === "cluster" || this.isServed
          ? progress
          : this.wire(progress, event.socket, "close");
      default:
        return progress;
    }
  }

  private groupOf(request: RequestId): number {
    return this.groups.findIndex((members) => members.includes(request));
  }

  private connectionOf(progress: Progress, socket: SocketId): number {
    return progress.sockets.indexOf(socket) + 1;
  }

  private sent(progress: Progress, request: RequestId, status: number): Progress | Differs {
    // Of a client that has left only the order tells which status it got, if any.
    const answer = this.observation.answers[request - 1];
    const group = this.groupOf(request);
    const isRecorded = (entry: Entry): boolean =>
      entry.kind === "response" && entry.group === group && entry.status === status;
    const fits =
      answer !== undefined && "error" in answer
        ? this.observation.entries.some(isRecorded)
        : statusOf(answer) === status;
    if (!fits) return new Differs(`response ${status} to request ${request}`);
    return { ...progress, sent: withId(progress.sent, request) };
  }

  private response(progress: Progress, request: RequestId, at: number): Progress | Differs {
    const after = { ...progress, answered: withId(progress.answered, request), answeredAt: at };
    const index = this.groupOf(request);
    const group = this.groups[index] ?? [];
    const isWhole = group.every((member) => after.answered.includes(member));
    const fits = (entry: Entry): boolean => entry.kind === "response" && entry.group === index;
    if (!isWhole || this.isAnswered(progress, index)) return after;
    const here = this.reach(after, true, fits);
    return here === null
      ? new Differs(`the response to request ${group.join(" and ")}`)
      : { ...here, main: next(here.main) };
  }

  private send(progress: Progress, connection: number, bytes: number, text: string): Progress | Differs {
    const isHere = (entry: Entry | undefined): boolean =>
      entry?.kind === "send" && entry.connection === connection;
    const isPartly = progress.main.bytes > 0 && isHere(this.observation.entries[progress.main.entry]);
    const here = isPartly ? progress : this.reach(progress, true, isHere);
    const entry = here === null ? undefined : this.observation.entries[here.main.entry];
    const main = entry?.kind === "send" && here !== null ? take(entry.data, here.main, bytes, text) : null;
    if (main !== null && here !== null) return { ...here, main };
    return new Differs(`${connection === 1 ? "" : `#${connection} `}send ${showData(bytes, text)}`);
  }

  private end(progress: Progress, connection: number, how: "fin-sent" | "rst-sent"): Progress | Differs {
    const { entries, wires } = this.observation;
    const ends = (entry: Entry): boolean => entry.kind === "end" && entry.connection === connection;
    if (connection === 0 || this.isServed || !sawEnd(wires, connection)) return progress;
    // In cluster mode a FIN is an entry because the far end saw it, and a reset when the far end sees it.
    if (this.scenario.format === "cluster" && how === "rst-sent") return progress;
    return entries.slice(0, progress.main.entry).some(ends)
      ? progress
      : this.entry(progress, { kind: "end", connection });
  }

  /** Only a far end that holds its side open shows when the host closes its own. */
  private closed(progress: Progress, connection: number): Progress | Differs {
    const isRecorded = this.scenario.format === "cluster" && this.scenario.peer?.holdOpen === true;
    return isRecorded ? this.entry(progress, { kind: "close", connection }) : progress;
  }

  private reset(progress: Progress, socket: SocketId): Progress | Differs {
    const followed = this.wire(progress, socket, "rst");
    if (followed instanceof Differs || this.scenario.format !== "cluster") return followed;
    return this.entry(followed, { kind: "rst", connection: this.connectionOf(progress, socket) });
  }

  /** What the far end of a connection sees next. */
  private wire(
    progress: Progress,
    socket: SocketId,
    kind: "accept" | "fin" | "rst" | "close",
  ): Progress | Differs {
    return this.onWire(progress, this.connectionOf(progress, socket), { kind });
  }

  private onWire(progress: Progress, connection: number, entry: WireEntry): Progress | Differs {
    const wires = followWire(this.observation.wires, progress.wires, connection, entry);
    return wires instanceof Differs ? wires : { ...progress, wires };
  }

  /** Bytes, or a message of a WebSocket, reach the far end. */
  private received(
    progress: Progress,
    { socket, bytes, text, frame }: OutsideEvent & { readonly type: "receive" },
  ): Progress | Differs {
    const connection = this.connectionOf(progress, socket);
    if (this.isLive && frame !== undefined) {
      const said = frame === "close" ? "close" : JSON.stringify(text);
      const followed = this.onWire(progress, connection, { kind: "message", text: said });
      return followed instanceof Differs
        ? followed
        : this.entry(followed, { kind: "message", connection, text: said });
    }
    const wires = followBytes(this.observation.wires, progress.wires, connection, bytes, text);
    if (wires instanceof Differs) return wires;
    const followed = { ...progress, wires };
    return this.isLive ? this.send(followed, connection, bytes, text) : followed;
  }
}
