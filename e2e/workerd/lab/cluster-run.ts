/*
 * One run of one handler in workerd's cluster mode: its commits go to a bucket, which is ours. The bucket, the far end and the
 * client live in this process, so what they see has one order; workerd's own doings are put into it by their system calls.
 */
import { startBucket } from "./bucket.ts";
import { type Answer, cleanAnswer, get, pathOf, type RequestEvents } from "./client.ts";
import { doingsOf } from "./cluster-calls.ts";
import { mergeOrder } from "./cluster-order.ts";
import { PeerNotes, RESETS } from "./cluster-peer.ts";
import { CommitRules } from "./commit-rules.ts";
import { describeDataOrRequest } from "./data.ts";
import type { Binary } from "./local-run.ts";
import { type Clean, cleanerFor, errorLines } from "./normalize.ts";
import type { Outcome } from "./outcomes.ts";
import { startPeer } from "./peer.ts";
import type { ClusterMeta, TimedRequest } from "./scenario.ts";
import { Timeline } from "./timeline.ts";
import { Wire } from "./wire.ts";
import { Workerd } from "./workerd.ts";

const PRIME_TIMEOUT_MS = 5000;
/** What priming set in motion is over by then. */
const QUIET_MS = 300;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Request = ClusterMeta["requests"][number];
const isTimed = (request: Request): request is TimedRequest =>
  typeof request === "object" && "path" in request;
const plainOf = (request: Request): string | readonly string[] => (isTimed(request) ? request.path : request);
const nameOf = (request: Request): string => [plainOf(request)].flat().join(" and ");

/** Makes the requests of a scenario and notes what becomes of them. */
class Requests {
  private readonly timeline: Timeline;
  private readonly meta: ClusterMeta;
  private readonly port: number;

  constructor(timeline: Timeline, meta: ClusterMeta, port: number) {
    this.timeline = timeline;
    this.meta = meta;
    this.port = port;
  }

  /** All of them, each at its time. */
  async makeAll(): Promise<readonly Answer[]> {
    const { requests, settleMs } = this.meta;
    const answers: Promise<Answer>[] = [];
    for (const request of requests) {
      const answer = this.make(request);
      answers.push(answer);
      if (isTimed(request) && (request.atMs !== undefined || request.after !== undefined)) continue;
      await answer;
      if (request !== requests.at(-1)) await sleep(settleMs);
    }
    return Promise.all(answers);
  }

  /** Requests that are made in one turn have one answer, a list of theirs. */
  private async make(request: Request): Promise<Answer> {
    const { timeline, meta, port } = this;
    if (isTimed(request)) {
      if (request.atMs !== undefined) await sleep(Math.max(0, request.atMs - timeline.now));
      else if (request.after !== undefined) {
        await timeline.after(request.after);
        await sleep(request.ms ?? 0);
      }
    }
    const name = nameOf(request);
    timeline.note(`request ${name}`);
    const path = pathOf(plainOf(request));
    const label = meta.requests.flat().length > 1 ? ` to ${name}` : "";
    return get(port, path, meta.timeoutMs, this.events(request, path, label));
  }

  private events(request: Request, path: string, label: string): RequestEvents {
    const { timeline, meta } = this;
    const body = meta.watchBody
      ? {
          onBody: (text: string) => timeline.note(`body ${JSON.stringify(text)}`),
          onBodyEnd: () => timeline.note("body ends"),
          onBodyError: (code: string) => timeline.note(`body error ${code}`),
        }
      : {};
    const hangUp = isTimed(request) ? this.hangUp(request) : null;
    return {
      onResponse: (status) => timeline.note(`response ${status}${label}`, { kind: "response", path }),
      onTimeout: () => timeline.note(`response timeout${label}`),
      onError: (code) => timeline.note(`request error ${code}${label}`),
      onHangUp: () => timeline.note(`client disconnects${label}`),
      ...(hangUp === null ? {} : { hangUp }),
      ...body,
    };
  }

  private hangUp({ disconnectAfterMs, disconnectAfter }: TimedRequest): Promise<void> | null {
    if (disconnectAfterMs !== undefined) return sleep(disconnectAfterMs);
    return disconnectAfter === undefined ? null : this.timeline.after(disconnectAfter);
  }
}

/** Makes the objects, so that their databases and their place in the bucket exist. */
async function prime(workerd: Workerd, objects: readonly string[], rules: CommitRules): Promise<void> {
  for (const object of objects) {
    rules.priming = object;
    const answer = await get(workerd.port, `/OBJECT:${object}/__prime`, PRIME_TIMEOUT_MS);
    if ("error" in answer || answer.status !== 200) {
      throw new Error(`The object cannot be primed: ${JSON.stringify(answer)} ${workerd.errors.trim()}`);
    }
  }
  await sleep(QUIET_MS);
}

/** Waits until nothing is held and nothing has happened for a while. */
async function settle(
  timeline: Timeline,
  rules: CommitRules,
  { settleMs, timeoutMs }: ClusterMeta,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  do await sleep(settleMs);
  while ((rules.held > 0 || timeline.quietMs < settleMs - 20) && performance.now() < until);
}

const objectOf = (path: string): string => /^\/OBJECT:(\w+)/.exec(path)?.[1] ?? "a";

/** Runs the handler once and tells what was seen. */
export async function runCluster(
  source: string,
  meta: ClusterMeta,
  { file, autogates }: Binary,
): Promise<Outcome> {
  const { v8Flags } = meta;
  const behaviour = meta.peer ?? {};
  const objects = [...new Set(meta.requests.flatMap(plainOf).map(objectOf))];
  const timeline = new Timeline();
  const rules = new CommitRules(meta, timeline, objects.length > 1);
  const notes = new PeerNotes(timeline, behaviour.bulk ?? 0);
  const wire = new Wire({ describe: describeDataOrRequest, resets: RESETS, closes: false });
  const bucket = await startBucket((request) => rules.decide(request));
  const peer = await startPeer(behaviour, {
    saw: (connection, sight) => {
      notes.saw(connection, sight);
      wire.saw(connection, sight);
    },
    after: (entry) => timeline.after(entry),
  });
  let workerd: Workerd | null = null;
  try {
    workerd = await Workerd.start(file, {
      source,
      peerPort: peer.port,
      autogates,
      v8Flags,
      bucketPort: bucket.port,
      service: null,
    });
    workerd.onExit((how) => timeline.note(`workerd exits ${how}`));
    await prime(workerd, objects, rules);
    await workerd.attachStrace({ disk: false, fault: null });
    workerd.forgetOutput();
    const clean: Clean = cleanerFor({
      peerPort: peer.port,
      workerPort: workerd.port,
      folder: workerd.folder,
      bucketPort: bucket.port,
      objects: rules.objects,
    });
    workerd.onLog((line) => timeline.note(`log ${clean(line)}`, { kind: "elsewhere" }));
    timeline.begin();
    const epoch = performance.timeOrigin + performance.now();
    const answers = await new Requests(timeline, meta, workerd.port).makeAll();
    await settle(timeline, rules, meta);
    timeline.end();
    const seen = wire.entries().map(clean);
    const doings = doingsOf(await workerd.detachStrace(), peer.port);
    const order = mergeOrder(timeline.notes, doings, {
      epoch,
      hasMessages: behaviour.websocket === true,
      showsClose: behaviour.holdOpen === true,
      bulk: behaviour.bulk ?? 0,
    });
    const cleaned = answers.map((answer) => cleanAnswer(answer, clean));
    return {
      order: order.map(({ text }) => clean(text)),
      ms: order.map(({ ms }) => Math.max(0, Math.round(ms / 100) * 100)),
      wire: seen,
      ...(cleaned.length > 1 ? { responses: cleaned } : { response: cleaned[0] }),
      errors: errorLines(workerd.errors, clean, false),
    };
  } finally {
    timeline.end();
    await workerd?.stop();
    await peer.stop();
    bucket.stop();
  }
}
