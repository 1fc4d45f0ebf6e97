import { describe, expect, it } from "vitest";
import { enabled } from "./model.ts";
import type { World } from "./setup.ts";
import { observed, setup, walk } from "./testing.ts";

const WORLD: Partial<World> = { commits: "bucket" };
const DONE = `return new Response("ok");`;
const HELD = `storage.put("a", 1); connect("peer:9000"); ${DONE}`;

const told = (body: string, world: Partial<World> = {}, keys: readonly string[] = ["*"]) =>
  walk(setup(body, "main", { ...WORLD, ...world }), keys);

describe("the check after a commit to a bucket (MODEL 10)", () => {
  it("is tried again while the store is too busy; the fifth time it breaks the gate of what is stored", () => {
    const { records } = told(HELD, {}, [
      "r1",
      "cd1",
      "kb1",
      "kr1",
      "kb1",
      "kr1",
      "kb1",
      "kr1",
      "kb1",
      "kr1",
      "kb1",
      "*",
    ]);
    const checks = records.flatMap((record) =>
      record.kind === "ownership-check" && record.commit !== null ? [record.what] : [],
    );
    expect(checks).toEqual(Array(5).fill(["asked", "busy"]).flat());
    expect(records.find(({ kind }) => kind === "commit-fails")).toMatchObject({ stored: true });
    expect(observed(records)).toEqual(["response 500 caller sees Error: internal error; reference = ... {}"]);
  });

  it("may never be answered: the object gives up waiting after 20 s", () => {
    const { state } = told(HELD, { checkAnswers: { 1: { how: "silent" } } }, ["r1", "cd1"]);
    const due = enabled(state).filter(({ key }) => /^k/.test(key));
    expect(due.map(({ key, due }) => [key, due])).toEqual([
      ["kf1", 20_010],
      ["kp1", null],
      ["kb1", null],
    ]);
    const givenUp = told(HELD, { checkAnswers: { 1: { how: "silent" } } }, ["r1", "cd1", "kf1"]);
    expect(givenUp.records.find(({ kind }) => kind === "gate-breaks")?.at).toBe(20_010);
  });

  it("comes after a commit that may not be answered either, for which the object waits as long", () => {
    const { records } = told(HELD, { commitAnswers: { 1: [{ how: "silent" }] } }, ["r1", "cf1"]);
    expect(records.find(({ kind }) => kind === "gate-breaks")?.at).toBe(20_000);
  });

  it("is asked for by each life of an object, and by none where commits go elsewhere", () => {
    const body = `if (path === "/one") this.ctx.abort("enough"); ${DONE}`;
    const claims = (commits: World["commits"]) =>
      told(body, { commits, requests: ["/one", "/two"] }).records.filter(
        ({ kind }) => kind === "ownership-check",
      ).length;
    expect(claims("replicated")).toBe(0);
    expect(claims("blocking")).toBe(0);
    expect(claims("bucket")).toBeGreaterThan(0);
  });
});

describe("the last copy of a dying object (MODEL 10)", () => {
  it("is not sent of what is confirmed", () => {
    const body = `storage.put("a", 1); await storage.sync(); storage.put("b", 1); await storage.sync(); this.ctx.abort("enough");`;
    expect(told(body).records.filter(({ kind }) => kind === "last-copy")).toEqual([]);
  });

  it("is not sent where commits go elsewhere", () => {
    const body = `storage.put("a", 1); await scheduler.wait(1); this.ctx.abort("enough");`;
    expect(told(body, { commits: "replicated" }).records.filter(({ kind }) => kind === "last-copy")).toEqual(
      [],
    );
    expect(told(body).records.some(({ kind }) => kind === "last-copy")).toBe(true);
  });
});

describe("what was written behind a commit that is refused", () => {
  const body = `storage.put("a", 1); await scheduler.wait(1); storage.put("b", 2); ${DONE}`;
  it("goes out with it to a bucket, and nowhere else", () => {
    const sent = (commits: World["commits"]) =>
      told(body, { commits }, ["r1", "t1", "cf1"]).records.flatMap((record) =>
        record.kind === "commit-starts" ? [record.commitWrites.length] : [],
      );
    expect(sent("bucket")).toEqual([1, 2]);
    expect(sent("replicated")).toEqual([1]);
  });
});
