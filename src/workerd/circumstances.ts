/*
 * The circumstances of a recording: the world that the model is given for a scenario, and which of the environment's
 * choices they exclude. The recorder's machine is known: the far end does what its plan says and nothing else, commits
 * fail as the fault says, the network is the loopback interface and its delays are far below any timer of a handler.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { EnabledChoice } from "../model/choice.ts";
import type { DesignChoice, PeerPlan, World } from "../model/setup.ts";
import { DEFAULT_WORLD } from "../model/setup.ts";
import { clusterChoices, clusterWorld } from "./cluster-circumstances.ts";
import type { Build, Fault, LocalScenario, Scenario } from "./corpus.ts";
import type { Observation } from "./entries.ts";
import type { Progress } from "./follow.ts";

/** The design that each recorded build is an instance of. */
export const DESIGN_OF_BUILD: Readonly<Record<Build, DesignChoice>> = {
  ungated: { id: "ungated" },
  "autogate-off": { id: "promised-interface", autogate: false },
  "autogate-on": { id: "promised-interface", autogate: true },
  main: { id: "main" },
  "main-cluster": { id: "main" },
};

/** What SQLite says for each kind of fault. */
const FSYNC_ERROR = "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC)";
const WRITE_ERROR = "database or disk is full: SQLITE_FULL";

/** Two events whose virtual times are this far apart happened in that order: on loopback nothing else takes as long. */
const APART_MS = 5;

/** About as much as the kernel takes on loopback for a far end that does not read. */
const LOOPBACK_BYTES = 2_500_000;

type KnownPeer = { readonly [K in keyof PeerPlan]-?: true };
const KNOWN_PEER: KnownPeer = {
  refuse: true,
  blackhole: true,
  greet: true,
  echo: true,
  reply: true,
  finOnAccept: true,
  rstOnAccept: true,
  finOnData: true,
  rstOnData: true,
  finAfterMs: true,
  rstAfterMs: true,
  readAfterMs: true,
  holdOpen: true,
  tls: true,
  http: true,
  websocket: true,
  sayAfterFinMs: true,
  returnsAfterMs: true,
  throwsAfterMs: true,
};
/** How the recorder writes down what it reads, and an entry that it waits for: not the far end's own doing. */
const RECORDERS = new Set(["bulk", "readAfter"]);

/** The plan of the far end without what is not said. */
function planOf(scenario: Scenario): Result<PeerPlan, string> {
  const said = Object.entries(scenario.peer ?? {}).filter(
    ([name, value]) => value !== undefined && !RECORDERS.has(name),
  );
  const unknown = said.find(([name]) => !(name in KNOWN_PEER));
  if (unknown !== undefined) return err(`the far end does "${unknown[0]}", which the model's world lacks`);
  return ok(Object.fromEntries(said));
}

/** The world of a scenario, or what the model's world lacks for it. */
export function worldOf(scenario: Scenario): Result<World, string> {
  const peer = planOf(scenario);
  if (!peer.ok) return peer;
  const flag = scenario.v8Flags.find((one) => one !== "--expose-gc");
  if (flag !== undefined)
    return err(`the recording needs the V8 flag ${flag}, which the model's world lacks`);
  const common = {
    ...DEFAULT_WORLD,
    commitMs: 0,
    checkMs: 0,
    readMs: 0,
    oneWayMs: 0,
    windowBytes: LOOPBACK_BYTES,
    peer: peer.value,
    pauseMs: scenario.settleMs,
  };
  if (scenario.format === "cluster") return ok({ ...common, ...clusterWorld(scenario) });
  const isWriteFault = scenario.fault !== null && "write" in scenario.fault;
  return ok({
    ...common,
    commits: "blocking",
    service: scenario.service,
    requests: scenario.requests,
    diskError: isWriteFault ? WRITE_ERROR : FSYNC_ERROR,
  });
}

/** Whether strace's `when=` meets call number `call`. */
export function meets(when: string, call: number): boolean {
  const parts = /^(\d+)(?:\.\.(\d+))?(\+)?(\d+)?$/.exec(when);
  const [, first, last, plus, step] = parts ?? [];
  const from = Number(first);
  const to = last !== undefined ? Number(last) : plus !== undefined ? Number.POSITIVE_INFINITY : from;
  return call >= from && call <= to && (call - from) % (step === undefined ? 1 : Number(step)) === 0;
}

/**
 * Whether the next life finds what a failed commit wrote. An fsync fails after the page has been written, and only an fsync that
 * works again rolls it back; a full disk takes no page.
 */
function keepsFailed(fault: Fault | null): boolean {
  return fault !== null && "fsync" in fault && fault.fsync.includes("+");
}

/** Whether the next commit may turn out so, after the commits that are explained already. */
function mayCommit(
  fault: Fault | null,
  observation: Observation,
  progress: Progress,
  fails: boolean,
): boolean {
  if (fault === null) return !fails;
  // How many writes a commit makes depends on the pages it touches: the recording itself says which commit failed.
  if ("write" in fault) return true;
  const explained = observation.entries.slice(0, progress.main.entry);
  const durable = explained.filter(({ kind }) => kind === "commit").length;
  const failed = explained.filter(({ kind }) => kind === "commit-fails").length;
  // A failed commit is followed by the fsync of the database being closed.
  return meets(fault.fsync, durable + 2 * failed + 1) === fails;
}

/** The choices that the circumstances leave, given how much of the recording is explained. */
export function leftChoices(
  scenario: Scenario,
  observation: Observation,
  progress: Progress,
  enabled: readonly EnabledChoice[],
): readonly EnabledChoice[] {
  return scenario.format === "cluster"
    ? clusterChoices(scenario, observation, progress, enabled)
    : localChoices(scenario, observation, progress, enabled);
}

function localChoices(
  scenario: LocalScenario,
  observation: Observation,
  progress: Progress,
  enabled: readonly EnabledChoice[],
): readonly EnabledChoice[] {
  const peer = scenario.peer ?? {};
  const isPlanned = ({ choice, role, due }: EnabledChoice): boolean => {
    switch (choice.type) {
      case "commit-durable":
      case "alarm-scheduled":
        return mayCommit(scenario.fault, observation, progress, false);
      case "commit-fails":
        return !keepsFailed(scenario.fault) && mayCommit(scenario.fault, observation, progress, true);
      case "commit-fails-stored":
        return keepsFailed(scenario.fault) && mayCommit(scenario.fault, observation, progress, true);
      case "alarm-refused":
        return mayCommit(scenario.fault, observation, progress, true);
      case "commit-delay":
      case "client-disconnects":
        return false;
      case "accept":
        return peer.refuse !== true && peer.blackhole !== true && role === "ordinary" && due !== null;
      case "refuse":
        return peer.refuse === true;
      case "peer-rst":
        return (
          (peer.rstOnAccept === true || peer.rstAfterMs !== undefined) && role === "ordinary" && due !== null
        );
      default:
        return role === "ordinary" && due !== null;
    }
  };
  const dueOf = ({ due }: EnabledChoice): number => due ?? 0;
  const planned = enabled.filter(isPlanned);
  const soonest = Math.min(...planned.map(dueOf));
  const requests = scenario.requests.flat().length;
  const watchedUntil =
    progress.answered.length < requests ? Number.POSITIVE_INFINITY : progress.answeredAt + scenario.settleMs;
  return planned.filter((one) => dueOf(one) < soonest + APART_MS && dueOf(one) <= watchedUntil);
}
