import { describe, expect, it } from "vitest";
import { describeInstallProblem } from "./builds.ts";
import { DEFAULT_PLACES, readOptions } from "./record-options.ts";

const readError = (...args: string[]): string => {
  const options = readOptions(args);
  return options.ok ? "" : options.error;
};

describe("readOptions", () => {
  it("shows one run of each handler of both corpora by default", () => {
    expect(readOptions([])).toEqual({
      ok: true,
      value: {
        places: DEFAULT_PLACES,
        only: null,
        builds: null,
        version: null,
        runs: 1,
        jobs: 1,
        action: "show",
      },
    });
  });

  it("reads lists, counts, the version and what to do", () => {
    const args = [
      "here",
      "--only=a,b",
      "--builds",
      "main",
      "--workerd",
      "1.2.3",
      "--runs",
      "5",
      "--jobs",
      "2",
      "--check",
    ];
    expect(readOptions(args)).toMatchObject({
      value: {
        places: ["here"],
        only: ["a", "b"],
        builds: ["main"],
        version: "1.2.3",
        runs: 5,
        jobs: 2,
        action: "check",
      },
    });
    expect(readOptions(["--write"])).toMatchObject({ value: { action: "write" } });
    expect(readOptions(["--write", "--add"])).toMatchObject({ value: { action: "add" } });
    expect(readOptions(["--help"])).toEqual({ ok: true, value: "help" });
  });

  it("refuses what does not go together or is no number", () => {
    expect(readError("--runs", "0")).toContain("--runs must be a number");
    expect(readError("--jobs", "many")).toContain("--jobs must be a number");
    expect(readError("--check", "--write")).toContain("--check writes nothing");
    expect(readError("--add")).toContain("--add goes with --write");
    expect(readError("--sometimes")).toContain("--sometimes");
  });
});

describe("describeInstallProblem", () => {
  it("tells a version that does not exist from a machine that has none, and from everything else", () => {
    expect(describeInstallProblem("1.2.3", "npm error code ETARGET")).toBe(
      "There is no workerd 1.2.3; `npm view workerd versions` lists those that there are.",
    );
    expect(describeInstallProblem("1.2.3", "npm error code EBADPLATFORM")).toContain(
      "not made for this machine",
    );
    expect(describeInstallProblem("1.2.3", "npm error\nnpm error network\n")).toBe(
      "npm cannot install workerd 1.2.3: npm error network",
    );
  });
});
