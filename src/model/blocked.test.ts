import { describe, expect, it } from "vitest";
import { setup, walk } from "./testing.ts";

/** Two sockets are read from, and a commit blocks the process. */
const READS = `
    const sockets = ["a:1", "b:2"].map((address) => connect(address));
    await Promise.all(sockets.map((socket) => socket.opened));
    for (const [at, socket] of sockets.entries()) {
      const reader = socket.readable.getReader();
      reader.read().then(() => console.log("socket " + (at + 1)));
    }
    storage.put("a", 1);
    return new Response("ok");`;

describe("what arrives while the process is blocked in fsync", () => {
  const from = setup(READS, "ungated", { commits: "blocking", peer: { greet: "hi", finOnAccept: true } });
  const blocked = ["r1", "a1", "a2", "n1", "n2"];
  const logs = (keys: readonly string[]): readonly string[] =>
    walk(from, [...blocked, ...keys]).records.flatMap((record) =>
      record.kind === "log" ? [record.text] : [],
    );

  it("is looked at when it is not any more, connection by connection", () => {
    expect(walk(from, blocked).state.blockedOn).toBe(1);
    expect(logs(["i2", "i1"])).toEqual([]);
    expect(walk(from, [...blocked, "i2", "i1", "i1"]).state.polled).toEqual([1, 2]);
    expect(logs(["i2", "i1", "cd1"])).toEqual(["socket 1", "socket 2"]);
    expect(walk(from, [...blocked, "i2", "i1", "cd1"]).state.polled).toEqual([]);
  });

  it("is looked at at once where nothing blocks", () => {
    expect(logs(["cd1", "i2"])).toEqual(["socket 2"]);
    expect(walk(from, [...blocked, "cd1", "i2"]).state.polled).toEqual([]);
  });
});
