/*
 * The commits' fate. A commit of an object is a PUT of .../do/CLASS/ID/log/EPOCH/SEQUENCE, followed by a check, a GET of
 * .../ID/own.json. The scenario's rules hold, confirm, refuse or forget them, counted from the first request on.
 */
import type { Verdict } from "./bucket.ts";
import type { BucketRequest } from "./bucket-store.ts";
import type { ClusterMeta, Rule } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";

const DO: Verdict = { kind: "do" };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Commit {
  readonly number: number;
  attempts: number;
}

export class CommitRules {
  /** Objects' names by their ids. */
  readonly objects = new Map<string, string>();
  /** The object that is being primed: ids not seen before are its own. */
  priming = "a";
  /** How many requests are held. */
  held = 0;
  private readonly commits = new Map<string, Commit>();
  private checks = 0;
  private readonly meta: ClusterMeta;
  private readonly timeline: Timeline;
  private readonly namesObjects: boolean;

  constructor(meta: ClusterMeta, timeline: Timeline, namesObjects: boolean) {
    this.meta = meta;
    this.timeline = timeline;
    this.namesObjects = namesObjects;
  }

  /** What becomes of a request to the bucket. */
  async decide({ method, path }: BucketRequest): Promise<Verdict> {
    const [, id, file] = /\/do\/[^/]+\/([0-9a-f]{64})\/(.*)$/.exec(path) ?? [];
    if (id === undefined || file === undefined) return DO;
    if (!this.timeline.isRecording) {
      if (!this.objects.has(id)) this.objects.set(id, this.priming);
      return DO;
    }
    const whose = this.namesObjects ? ` of ${this.objects.get(id) ?? "?"}` : "";
    if (method === "PUT" && file.startsWith("log/")) return this.commit(path.slice(1), whose);
    if (method === "GET" && file === "own.json") return this.check(whose);
    return DO;
  }

  private commit(key: string, whose: string): Promise<Verdict> {
    const commit = this.commits.get(key) ?? { number: this.commits.size + 1, attempts: 0 };
    this.commits.set(key, commit);
    commit.attempts += 1;
    const label = `commit ${commit.number}${whose}`;
    const rules = [this.meta.commits[commit.number - 1] ?? []].flat();
    const again = commit.attempts > 1 ? " again" : "";
    this.timeline.note(`${label} sent${again}`, { kind: "put", key });
    return this.obey(rules[Math.min(commit.attempts, rules.length) - 1], label, "durable");
  }

  private async check(whose: string): Promise<Verdict> {
    this.checks += 1;
    if (this.meta.checks.length === 0) return DO;
    const label = `check ${this.checks}${whose}`;
    this.timeline.note(`${label} asked`);
    return this.obey(this.meta.checks[this.checks - 1], label, "answered");
  }

  private async obey(rule: Rule | undefined, label: string, success: string): Promise<Verdict> {
    const { timeline } = this;
    this.held += 1;
    try {
      await timeline.afterAll(rule?.after);
      await timeline.afterAll(rule?.confirmAfter);
      const ms = rule?.confirmAfterMs ?? rule?.ms ?? 0;
      if (ms > 0) await sleep(ms);
    } finally {
      this.held -= 1;
    }
    const apply = rule?.apply === true;
    if (rule?.never) {
      timeline.note(`${label} is never answered`);
      return { kind: "never" };
    }
    if (rule?.failWith === "reset") {
      timeline.note(`${label} connection reset`);
      return { kind: "reset", apply };
    }
    if (rule?.failWith !== undefined) {
      timeline.note(`${label} refused ${rule.failWith}${apply ? " (but stored)" : ""}`);
      return { kind: "refuse", status: rule.failWith, apply };
    }
    timeline.note(`${label} ${success}`);
    return DO;
  }
}
