import { describe, expect, it } from "vitest";
import { type Machine, whatIsMissing } from "./requirements.ts";

const machine: Machine = {
  platform: "linux",
  strace: "strace -- version 6.1\nCopyright (c) ...",
  refusal: null,
  restrictsAttaching: false,
  isRoot: false,
};

describe("whatIsMissing", () => {
  it("is nothing on Linux with a strace of 5.3 or newer", () => {
    expect(whatIsMissing(machine)).toBeNull();
    expect(whatIsMissing({ ...machine, strace: "strace -- version 5.3" })).toBeNull();
  });

  it.each([
    ["another system", { platform: "darwin" }, "It needs Linux, and this is darwin"],
    ["no strace", { strace: null }, "install the distribution's package `strace`"],
    ["an old strace", { strace: "strace -- version 5.2" }, "this is 5.2: install a newer one"],
    ["a very old strace", { strace: "strace -- version 4.26" }, "this is 4.26: install a newer one"],
    ["a strace without a version", { strace: "strace -- development" }, "does not tell its version"],
    ["no right to trace", { refusal: "strace: PTRACE_TRACEME: denied" }, "PTRACE_TRACEME: denied"],
    ["no right to attach", { restrictsAttaching: true }, "run it as root"],
  ])("names %s and what to do about it", (_, difference, text) => {
    expect(whatIsMissing({ ...machine, ...difference })).toContain(text);
  });

  it("lets root attach where others may not", () => {
    expect(whatIsMissing({ ...machine, restrictsAttaching: true, isRoot: true })).toBeNull();
  });
});
