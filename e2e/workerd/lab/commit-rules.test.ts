import { describe, expect, it } from "vitest";
import type { BucketRequest } from "./bucket-store.ts";
import { CommitRules } from "./commit-rules.ts";
import type { ClusterMeta } from "./scenario.ts";
import { Timeline } from "./timeline.ts";

const ID = "a".repeat(64);
const OTHER_ID = "b".repeat(64);

const request = (method: string, file: string, id = ID): BucketRequest => ({
  method,
  path: `/bucket/lab/v1/do/demo/${id}/${file}`,
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.from(""),
});

function rulesFor(meta: Partial<ClusterMeta>, namesObjects = false) {
  const timeline = new Timeline();
  const whole: ClusterMeta = {
    peer: {},
    commits: [],
    checks: [],
    requests: ["/"],
    settleMs: 0,
    timeoutMs: 0,
    watchBody: false,
    v8Flags: [],
    ...meta,
  };
  const rules = new CommitRules(whole, timeline, namesObjects);
  const texts = () => timeline.notes.map(({ text }) => text);
  return { timeline, rules, texts };
}

describe("CommitRules", () => {
  it("leaves everything alone before the recording begins, and learns whose ids they are", async () => {
    const { rules, texts } = rulesFor({ commits: [{ never: true }] });
    rules.priming = "b";
    expect(await rules.decide(request("PUT", "log/1/1"))).toEqual({ kind: "do" });
    expect(rules.objects.get(ID)).toBe("b");
    expect(texts()).toEqual([]);
  });

  it("gives each commit its rule, each attempt its own, and the last rule to all further ones", async () => {
    const { rules, timeline, texts } = rulesFor({ commits: [[{ failWith: 503 }, { failWith: 403 }], {}] });
    timeline.begin();
    const verdicts = [];
    for (const file of ["log/1/1", "log/1/1", "log/1/1", "log/1/2", "log/1/3"]) {
      verdicts.push(await rules.decide(request("PUT", file)));
    }
    expect(verdicts).toEqual([
      { kind: "refuse", status: 503, apply: false },
      { kind: "refuse", status: 403, apply: false },
      { kind: "refuse", status: 403, apply: false },
      { kind: "do" },
      { kind: "do" },
    ]);
    expect(texts()).toEqual([
      "commit 1 sent",
      "commit 1 refused 503",
      "commit 1 sent again",
      "commit 1 refused 403",
      "commit 1 sent again",
      "commit 1 refused 403",
      "commit 2 sent",
      "commit 2 durable",
      "commit 3 sent",
      "commit 3 durable",
    ]);
  });

  it("stores what it refuses when the rule says so, resets, and forgets", async () => {
    const commits = [{ failWith: 500, apply: true }, { failWith: "reset" as const }, { never: true }];
    const { rules, timeline, texts } = rulesFor({ commits });
    timeline.begin();
    const verdicts = [];
    for (const file of ["log/1/1", "log/1/2", "log/1/3"])
      verdicts.push(await rules.decide(request("PUT", file)));
    expect(verdicts).toEqual([
      { kind: "refuse", status: 500, apply: true },
      { kind: "reset", apply: false },
      { kind: "never" },
    ]);
    expect(texts().filter((text) => !text.includes("sent"))).toEqual([
      "commit 1 refused 500 (but stored)",
      "commit 2 connection reset",
      "commit 3 is never answered",
    ]);
  });

  it("holds a commit until an entry is there", async () => {
    const { rules, timeline, texts } = rulesFor({ commits: [{ confirmAfter: "accept" }] });
    timeline.begin();
    const verdict = rules.decide(request("PUT", "log/1/1"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(rules.held).toBe(1);
    timeline.note("accept");
    expect(await verdict).toEqual({ kind: "do" });
    expect(rules.held).toBe(0);
    expect(texts()).toEqual(["commit 1 sent", "accept", "commit 1 durable"]);
  });

  it("tells checks only where the scenario has rules for them, and objects where there are several", async () => {
    const quiet = rulesFor({});
    quiet.timeline.begin();
    await quiet.rules.decide(request("GET", "own.json"));
    expect(quiet.texts()).toEqual([]);

    const { rules, timeline, texts } = rulesFor({ checks: [{ failWith: 403 }] }, true);
    for (const [name, id] of [
      ["a", ID],
      ["b", OTHER_ID],
    ] as const) {
      rules.priming = name;
      await rules.decide(request("GET", "own.json", id));
    }
    timeline.begin();
    await rules.decide(request("PUT", "log/1/1", OTHER_ID));
    await rules.decide(request("GET", "own.json", OTHER_ID));
    await rules.decide(request("PUT", "snapshot/1", ID));
    expect(texts()).toEqual([
      "commit 1 of b sent",
      "commit 1 of b durable",
      "check 1 of b asked",
      "check 1 of b refused 403",
    ]);
  });
});
