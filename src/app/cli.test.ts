import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readArguments } from "./cli-arguments.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "gatescope-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly errors: string;
}

function launch(args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [path.join(root, "bin", "gatescope.mjs"), ...args], { cwd: folder });
}

/** Runs the command as somebody does at a terminal. */
function gatescope(...args: readonly string[]): Promise<Ended> {
  return ended(launch(args));
}

function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let [out, errors] = ["", ""];
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out, errors }));
  });
}

const refusal = (...args: readonly string[]): string => {
  const read = readArguments(args);
  if (read.ok) throw new Error("This was accepted.");
  return read.error;
};

describe("the arguments of the command line", () => {
  it("are a design, a world and a budget of failures, with what is usual for what is not said", () => {
    expect(readArguments(["check", "a.js"])).toEqual({
      ok: true,
      value: {
        handler: { file: "a.js" },
        design: null,
        than: null,
        world: {},
        faults: { commit: 1, refuse: 1, reset: 1, abort: 1 },
        maxStates: 1_000_000,
        json: false,
      },
    });
    const args =
      "check --scenario two-sockets --design writes-only --switch wrapper=false --backend cache --mode relaxed";
    const more = [
      "--faults",
      "commit=2,reset=0",
      "--requests",
      "/a,/b",
      "--peer",
      '{"greet":"hi"}',
      "--json",
    ];
    expect(
      readArguments([...args.split(" "), ...more, "--world", '{"commitMs":30}', "--max-states", "500"]),
    ).toEqual({
      ok: true,
      value: {
        handler: { scenario: "two-sockets" },
        design: { id: "writes-only", wrapper: false },
        than: null,
        world: {
          backend: "cache",
          scheduling: "relaxed",
          requests: ["/a", "/b"],
          peer: { greet: "hi" },
          commitMs: 30,
        },
        faults: { commit: 2, refuse: 1, reset: 0, abort: 1 },
        maxStates: 500,
        json: true,
      },
    });
    expect(readArguments(["check", "a.js", "--faults", "none"])).toMatchObject({ value: { faults: {} } });
    expect(readArguments(["--help"])).toEqual({ ok: true, value: "help" });
  });

  it("are refused with what is wrong and what is possible", () => {
    expect(refusal("run")).toBe('There is no command "run"; there are: check, diff.');
    expect(refusal("diff", "a.js", "--design", "main")).toContain("diff compares --design ID with --than ID");
    expect(refusal("check", "a.js", "--than", "main")).toContain("check knows no --than");
    expect(refusal("diff", "a.js", "--than", "mian")).toContain('--than: there is no "mian"');
    expect(refusal("check")).toBe("Give the file of a handler, or --scenario ID.");
    expect(refusal("check", "a.js", "--scenario", "b")).toContain("Give the file of a handler, or");
    expect(refusal("check", "a.js", "b.js")).toContain('what is "b.js"?');
    expect(refusal("check", "a.js", "--design", "mian")).toContain('there is no "mian"; there are: ungated,');
    expect(refusal("check", "a.js", "--design", "main", "--switch", "wrapper=true")).toContain("it has none");
    expect(refusal("check", "a.js", "--design", "writes-only", "--switch", "wrapper=maybe")).toContain(
      "true or false",
    );
    expect(refusal("check", "a.js", "--faults", "fire=1")).toContain(
      'there is no "fire"; there are: commit,',
    );
    expect(refusal("check", "a.js", "--faults", "commit=8")).toContain("a number from 0 to 7");
    expect(refusal("check", "a.js", "--faults", "commit")).toContain("a number from 0 to 7");
    expect(refusal("check", "a.js", "--backend", "mongo")).toMatch(/^--backend: /);
    expect(refusal("check", "a.js", "--mode", "loose")).toMatch(/^--mode: /);
    expect(refusal("check", "a.js", "--peer", "{greet}")).toMatch(/^--peer: this is no JSON/);
    expect(refusal("check", "a.js", "--peer", '{"great":"hi"}')).toContain("peer.great");
    expect(refusal("check", "a.js", "--world", '{"commitMs":-1}')).toMatch(/^--world, commitMs: /);
    expect(refusal("check", "a.js", "--world", "[1]")).toBe("--world: the settings are one JSON object.");
    expect(refusal("check", "a.js", "--world", "world.json")).toMatch(
      /^--world: this is no JSON: .*A file is named with @: --world @FILE\.$/,
    );
    expect(refusal("check", "a.js", "--requests", "a")).toContain("begins with /");
    expect(refusal("check", "a.js", "--max-states", "many")).toContain("--max-states");
    expect(refusal("check", "a.js", "--colour")).toContain("--colour");
  });
});

describe("a file of settings", () => {
  const file = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return `@${path.join(folder, name)}`;
  };

  it("is read in the place of the settings", () => {
    const world = file("world.json", '{ "commitMs": 30, "scheduling": "relaxed" }');
    const peer = file("peer.json", '{"greet":"hi"}');
    expect(readArguments(["check", "a.js", "--world", world, "--peer", peer])).toMatchObject({
      value: { world: { commitMs: 30, scheduling: "relaxed", peer: { greet: "hi" } } },
    });
  });

  it("is refused where it is missing, is no JSON, or says what is no setting", () => {
    expect(refusal("check", "a.js", "--world", "@nowhere.json")).toMatch(
      /^--world: nowhere\.json cannot be read: ENOENT/,
    );
    expect(refusal("check", "a.js", "--world", file("torn.json", '{ "commitMs": '))).toMatch(
      /^--world: .*torn\.json is no JSON: /,
    );
    expect(refusal("check", "a.js", "--world", file("odd.json", '{ "commitMS": 3 }'))).toMatch(
      /^--world, commitMS: /,
    );
    expect(refusal("check", "a.js", "--peer", "@nowhere.json")).toMatch(/^--peer: nowhere\.json cannot/);
  });
});

describe("npx gatescope check", () => {
  it("ends with 0 where everything holds, with 1 and the shortest order where something is violated", async () => {
    const good = await gatescope("check", "--scenario", "put-then-connect", "--design", "main", "--json");
    expect(good).toMatchObject({ status: 0, errors: "" });
    const report = JSON.parse(good.out);
    expect(Object.keys(report)).toEqual([
      "design",
      "states",
      "transitions",
      "depth",
      "seconds",
      "complete",
      "properties",
      "outcomes",
    ]);
    expect(report).toMatchObject({ design: "main", states: 46, transitions: 70, depth: 8, complete: true });
    expect(Object.keys(report.outcomes[0])).toEqual(["count", "outside", "promises", "witness"]);
    writeFileSync(
      path.join(folder, "leak.js"),
      `import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";
export class Leak extends DurableObject {
  async fetch() {
    this.ctx.storage.put("a", 1);
    connect("peer:9000");
    return new Response("ok");
  }
}
`,
    );
    const bad = await gatescope("check", "leak.js", "--design", "ungated");
    expect(bad.status).toBe(1);
    expect(bad.out).toContain(
      'S1 No early connection: the connection to peer:9000 leaves although put "a" is not durable',
    );
    expect(bad.out).toContain("1. A client requests /");
  });

  it("ends with 2 where it cannot be checked, and says where and why", async () => {
    writeFileSync(path.join(folder, "bad.js"), "export class A {\n  *fetch() {}\n}\n");
    const bad = await gatescope("check", "bad.js");
    expect(bad.status).toBe(2);
    expect(bad.errors).toMatch(/^gatescope: bad\.js:2:\d+: /);
    expect(bad.out).toBe("");
    const stopped = await gatescope(
      "check",
      "--scenario",
      "two-sockets",
      "--design",
      "main",
      "--max-states",
      "20",
    );
    expect(stopped.status).toBe(2);
    expect(stopped.out).toMatch(/Stopped at \d+ states/);
  });

  it("ends with 130 at Ctrl-C, and prints what it has found until then", { timeout: 120_000 }, async () => {
    const faults = "commit=7,refuse=7,reset=7,abort=7,collect=7,end=7,peer=7";
    const long = ["check", "--scenario", "alarm-starttls", "--mode", "relaxed", "--faults", faults];
    // What is interrupted before it has begun to check is ended by the signal itself: then later.
    let result: Ended = { status: null, out: "", errors: "" };
    for (let waitMs = 2_000; result.status === null && waitMs < 60_000; waitMs *= 2) {
      const child = launch([...long, "--max-states", "50000000"]);
      setTimeout(() => child.kill("SIGINT"), waitMs);
      result = await ended(child);
    }
    expect(result.status).toBe(130);
    expect(result.errors).toMatch(/^gatescope: interrupted at [\d,]+ states; there are more\.\n$/);
    expect(result.out).toMatch(
      /Stopped at [\d,]+ states: what is said to hold holds as far as the check went\./,
    );
  });
});

describe("npx gatescope diff", () => {
  it("ends with 1 and shows what only one design lets the world see, and with 0 where it sees the same", async () => {
    const scenario = ["--scenario", "put-then-connect"];
    const differs = await gatescope("diff", ...scenario, "--design", "ungated", "--than", "main");
    expect(differs.status).toBe(1);
    expect(differs.out).toContain("ungated and main differ after 1 choice.");
    expect(differs.out).toContain("ungated, after r1:");
    expect(differs.out).toContain("1. A client requests /");
    expect(differs.out).toContain("connection 1: SYN");
    const same = await gatescope("diff", ...scenario, "--design", "promised-interface", "--than", "main");
    expect(same.status).toBe(0);
    expect(same.out).toMatch(/^No order tells promised interface and main apart, in \d+ pairs of states\./);
  });
});
