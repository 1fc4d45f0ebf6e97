import { describe, expect, it } from "vitest";
import { DESIGNS, settlements, setup, walk } from "./testing.ts";

const BODY = `
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    await scheduler.wait(1_000);
    return new Response("ok");`;
const REFUSED = "rejected: proxy request failed, cannot connect to the specified address";

describe("a reset that meets the answer to the handshake", () => {
  it.each(Object.keys(DESIGNS))("fails the connection when it is there first (%s)", (design) => {
    const told = (keys: readonly string[]) => {
      const { records } = walk(setup(BODY, design, { peer: { rstOnAccept: true } }), [...keys, "*"]);
      return settlements(records, ["opened", "closed"]);
    };
    expect(told(["r1", "a1", "i1"])).toEqual({ opened: REFUSED, closed: REFUSED });
    expect(told(["r1", "a1", "n1", "i1"]).opened).toBe("");
  });
});
