import { describe, expect, it } from "vitest";
import type { DesignChoice } from "../model/setup.ts";
import "../model/whole.ts";
import type { RunData } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { causesOf } from "./causality.ts";
import { whyOf } from "./why.ts";

async function runOf(id: string, design?: DesignChoice, keys: readonly string[] = []): Promise<RunData> {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`There is no scenario ${id}.`);
  const { program } = await scenario.load();
  const made = simulate({ program, world: scenario.world, design: design ?? scenario.design }, keys);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

/** The slice of the first violation of a property: kinds of records, and the sentence. */
function slice(run: RunData, property: string) {
  const violation = run.records.find((one) => one.kind === "violation" && one.property === property);
  const why = whyOf(run, violation?.index ?? -1);
  expect(causesOf(run, violation?.index ?? -1).records).toEqual(
    new Set(why?.records.map(({ index }) => index)),
  );
  const kinds = why?.records.map((one) => (one.kind === "outside" ? one.event.type : one.kind));
  return { kinds, sentence: why?.sentence };
}

describe("why a property is violated", () => {
  it("S1: the put, its lock and its commit, the call, and the connection that went out", async () => {
    expect(slice(await runOf("put-then-connect", { id: "ungated" }), "S1")).toEqual({
      kinds: [
        ...["request", "write-accepted", "lock-taken", "connect-called", "commit-starts"],
        ...["output-passes", "violation", "syn", "commit-durable"],
      ],
      sentence:
        'The connection to ledger:9000 left although put "balance" (write 1, commit 1, lock 1) was not durable: connect() did not wait for the gate',
    });
  });

  it("S2p: the pipe that asked before the put, and the chunk that left after it", async () => {
    expect(slice(await runOf("piped-chunks"), "S2p")).toEqual({
      kinds: [
        ...["output-passes", "turn-begins", "write-accepted", "lock-taken"],
        ...["output-passes", "violation", "send", "commit-starts", "commit-durable"],
      ],
      sentence:
        '14 B piped to ledger:9000 left although put "balance" (write 1, commit 1, lock 1) was not durable: a pipe asks the gate once, when it begins',
    });
  });

  it("S3c: the close that did not ask, behind the put that it overtook", async () => {
    expect(slice(await runOf("close-before-commit"), "S3c")).toEqual({
      kinds: [
        ...["socket-opens", "write-accepted", "lock-taken", "socket-closing", "output-passes"],
        ...["violation", "fin-sent", "commit-starts", "commit-durable"],
      ],
      sentence:
        'The close of ledger:9000 left although put "balance" (write 1, commit 1, lock 1) was not durable: close() did not ask the gate',
    });
  });

  it("S4: what left, and the commit that failed afterwards", async () => {
    expect(slice(await runOf("commit-fails-first"), "S4")).toEqual({
      kinds: [
        ...["request", "write-accepted", "lock-taken", "connect-called", "commit-starts"],
        ...["output-passes", "syn", "commit-fails", "violation"],
      ],
      sentence:
        'The connection to ledger:9000 left although put "balance" (write 1, commit 1, lock 1) was not durable: connect() did not wait for the gate; then the commit failed',
    });
  });

  it("S13: who points and what was destroyed, the destruction, and the read", async () => {
    const { kinds, sentence } = slice(await runOf("address-in-review"), "S13");
    expect(kinds).toEqual([
      ...["request", "request-delivered", "turn-begins", "made", "made", "destroyed"],
      ...["commit-starts", "commit-durable", "lock-released", "dead-read", "violation"],
    ]);
    expect(sentence).toBe("a pointer that was borrowed (D5) is read after what it points to was destroyed");
  });

  it("is asked of violations alone", async () => {
    const run = await runOf("put-then-connect");
    expect(run.records.filter(({ index }) => whyOf(run, index) !== null)).toEqual([]);
  });
});
