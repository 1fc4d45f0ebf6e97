/* One run of one handler with local storage: a commit is a synchronous fsync at the end of the turn that wrote. */
import { type Answer, cleanAnswer, get, pathOf, splitAnswer } from "./client.ts";
import { describeData } from "./data.ts";
import { farWorker, isOfFarWorker, tellWire } from "./far-worker.ts";
import { orderOfCalls } from "./local-order.ts";
import { cleanerFor, errorLines } from "./normalize.ts";
import type { Outcome } from "./outcomes.ts";
import { startPeer } from "./peer.ts";
import type { LocalMeta } from "./scenario.ts";
import { Wire } from "./wire.ts";
import { Workerd } from "./workerd.ts";

const REQUEST_TIMEOUT_MS = 8000;
const PRIME_TIMEOUT_MS = 5000;
/** What priming set in motion is over by then. */
const QUIET_MS = 60;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a run needs to know of the build. */
export interface Binary {
  readonly file: string;
  readonly autogates: readonly string[];
}

/** Makes the objects' databases, and waits until everything that this set in motion is over. */
async function prime(workerd: Workerd, requests: LocalMeta["requests"]): Promise<void> {
  const objects = requests.flat().map((path) => /^\/OBJECT:\w+/.exec(path)?.[0] ?? "");
  for (const object of new Set(["/OBJECT:other", ...objects])) {
    const answer = await get(workerd.port, `${object}/__prime`, PRIME_TIMEOUT_MS);
    if ("error" in answer || answer.status !== 200) {
      throw new Error(`The object cannot be primed: ${JSON.stringify(answer)} ${workerd.errors.trim()}`);
    }
  }
  await sleep(QUIET_MS);
}

/** Runs the handler once and tells what was seen. */
export async function runLocal(
  source: string,
  meta: LocalMeta,
  { file, autogates }: Binary,
): Promise<Outcome> {
  const { requests, settleMs, fault, v8Flags } = meta;
  const service = meta.service === "worker" ? farWorker(meta.peer ?? {}) : null;
  const wire = new Wire({ describe: describeData, resets: ["ECONNRESET"], closes: true });
  const peer = await startPeer(service === null ? (meta.peer ?? {}) : {}, {
    saw: (connection, sight) => wire.saw(connection, sight),
    after: () => Promise.resolve(),
  });
  let workerd: Workerd | null = null;
  try {
    const setup = { source, peerPort: peer.port, autogates, v8Flags, bucketPort: null, service };
    workerd = await Workerd.start(file, setup);
    const clean = cleanerFor({ peerPort: peer.port, workerPort: workerd.port, folder: workerd.folder });
    await prime(workerd, requests);
    workerd.forgetOutput();
    await workerd.attachStrace({ disk: true, fault });
    await sleep(QUIET_MS);
    const answers: Answer[] = [];
    for (const request of requests) {
      const answer = await get(workerd.port, pathOf(request), REQUEST_TIMEOUT_MS);
      answers.push(...splitAnswer(request, answer));
      await sleep(settleMs);
    }
    const logged = workerd.output.split("\n").filter((line) => line !== "");
    for (const line of logged) if (isOfFarWorker(line)) tellWire(line, wire);
    const seen = wire.entries().map(clean);
    const ended = workerd.ended;
    const calls = await workerd.detachStrace();
    const cleaned = answers.map((answer) => cleanAnswer(answer, clean));
    return {
      wire: seen,
      syscalls: orderOfCalls(calls, peer.port)
        .filter((entry) => !isOfFarWorker(entry.replace(/^log /, "")))
        .map(clean),
      logs: logged.filter((line) => !isOfFarWorker(line)).map(clean),
      ...(cleaned.length > 1 ? { responses: cleaned } : { response: cleaned[0] }),
      errors: errorLines(workerd.errors, clean, true),
      ...(ended === null ? {} : { died: ended }),
    };
  } finally {
    await workerd?.stop();
    await peer.stop();
  }
}
