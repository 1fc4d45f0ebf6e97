import { describe, expect, it } from "vitest";
import { designOf } from "./designs/index.ts";
import { observed, setup, story, walk } from "./testing.ts";

const PUT_THEN_CONNECT = `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`;

/** What the far end has seen when the commit of the put fails. */
function seenOfFailedCommit(design: string): readonly string[] {
  return observed(walk(setup(PUT_THEN_CONNECT, design), ["r1", "cf1", "*"]).records).filter(
    (line) => !line.startsWith("response"),
  );
}

describe("the designs of MODEL 6", () => {
  it.each(["ungated", "writes only, d0", "writes only, d1", "autogate off"])(
    "%s shows the far end a connection whose write was never durable (S1)",
    (design) => {
      expect(seenOfFailedCommit(design)).toContain("syn");
    },
  );

  it.each(["r1", "r1 forwarding", "r1 fixed", "autogate on", "main"])(
    "%s shows the far end nothing of a put whose commit fails (S1, S4)",
    (design) => {
      expect(seenOfFailedCommit(design)).toEqual([]);
    },
  );

  it("takes writes-only without its wrapper (d0), and the merged build without its autogate, for the ungated design", () => {
    expect(designOf({ id: "writes-only", wrapper: false })).toEqual(designOf({ id: "ungated" }));
    const { lifetimes, ...off } = designOf({ id: "promised-interface", autogate: false });
    const ungated = designOf({ id: "ungated" });
    expect({ ...off, lifetimes: ungated.lifetimes }).toEqual(ungated);
    // The one change of the merge that stands in front of the autogate.
    expect(lifetimes).toEqual({ ...ungated.lifetimes, slotTravels: true });
  });

  it("lets a switch that is not named stand as it does by default", () => {
    expect(designOf({ id: "writes-only" })).toEqual(designOf({ id: "writes-only", wrapper: true }));
    expect(designOf({ id: "promised-interface" })).toEqual(
      designOf({ id: "promised-interface", autogate: true }),
    );
  });
});

describe("writes only, d1: the stream behind the sink asks the gate itself", () => {
  const WRITE_IN_SINK = `
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    const written = writer.write(bytes("asked before"));
    await scheduler.wait(1);
    storage.put("count", 1);
    await written;
    await writer.close();
    return new Response("ok");`;

  it("asks again at the sink, for the locks there are then: a write that was queued before a put may wait for it", () => {
    const busy = `
    const socket = connect("peer:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    writer.write(bytes("first"));
    const second = writer.write(bytes("second"));
    storage.put("count", 1);
    await second;
    return new Response("ok");`;
    const order = (design: string): boolean => {
      const told = story(walk(setup(busy, design, { commitMs: 100 }), ["*"]).records);
      return told.indexOf("send second") > told.indexOf("commit 1 durable");
    };
    expect(order("writes only, d0")).toBe(false);
    expect(order("writes only, d1")).toBe(true);
  });

  it("keeps a write that waits at the sink when the connection opens", () => {
    const body = `
    const socket = connect("peer:9000");
    const written = socket.writable.getWriter().write(bytes("early"));
    storage.put("count", 1);
    await written;
    return new Response("ok");`;
    const isSentBeforeCommit = (design: string): boolean => {
      const told = story(walk(setup(body, design, { commitMs: 100 }), ["*"]).records);
      return told.indexOf("send early") < told.indexOf("commit 1 durable");
    };
    expect(isSentBeforeCommit("writes only, d0")).toBe(true);
    expect(isSentBeforeCommit("writes only, d1")).toBe(false);
  });

  it("does not ask again for a write that is in the pipe already", () => {
    const told = story(walk(setup(WRITE_IN_SINK, "writes only, d1", { commitMs: 100 }), ["*"]).records);
    expect(told.indexOf("send asked before")).toBeLessThan(told.indexOf("commit 1 durable"));
  });

  it("sends the FIN through the gate, once", () => {
    const told = story(walk(setup(WRITE_IN_SINK, "writes only, d1"), ["*"]).records);
    expect(told.filter((line) => line === "fin-sent")).toHaveLength(1);
    expect(told.indexOf("fin-sent")).toBeGreaterThan(told.indexOf("send asked before"));
  });

  it("never sends what waits at the sink when the commit fails", () => {
    const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    writer.write(bytes("first"));
    writer.write(bytes("second"));
    storage.put("count", 1);
    await scheduler.wait(1000);
    return new Response("ok");`;
    const { records } = walk(
      setup(body, "writes only, d1", { commitAnswers: { 1: [{ how: "fails" }] }, commitMs: 100 }),
      ["*"],
    );
    expect(story(records)).not.toContain("send second");
  });
});

describe("a service whose connect() throws (MODEL 4.8; run on workerd with a service of a directory)", () => {
  const THROWS = `
    storage.put("a", 1);
    try {
      const socket = connect("peer:9000");
      report("closed", socket.closed);
      const writer = socket.writable.getWriter();
      report("write", writer.write(bytes("x")));
      const read = socket.readable.getReader().read();
      read.then((r) => console.log("read done " + r.done), (e) => console.log("read rejected: " + e.message));
      await report("opened", socket.opened);
    } catch (e) {
      console.log("connect() threw " + e.name + ": " + e.message);
    }
    return new Response("ok");`;
  const REFUSED = "proxy request failed, cannot connect to the specified address";
  const logs = (design: string, service: "throws" | "disconnected" = "throws"): readonly string[] =>
    story(walk(setup(THROWS, design, { service }), ["*"]).records).flatMap((line) =>
      line.startsWith("log ") ? [line.slice(4)] : [],
    );

  it.each(["ungated", "autogate off", "writes only, d1"])(
    "makes connect() itself throw under %s",
    (design) => {
      expect(logs(design)).toEqual([
        "connect() threw Error: Disk directory services don't support this event type.",
      ]);
    },
  );

  it.each([
    ["autogate on", "read done true"],
    ["main", "read rejected: Stream was cancelled."],
    ["r1", "read done true"],
    ["r1 fixed", "read done true"],
  ])("rejects closed, opened and the write under %s, and no connection is seen", (design, read) => {
    expect([...logs(design)].toSorted()).toEqual(
      [
        `closed rejected: ${REFUSED}`,
        `opened rejected: ${REFUSED}`,
        `write rejected: jsg.Error: ${REFUSED}`,
        read,
      ].toSorted(),
    );
    expect(logs(design).slice(0, 2)).toEqual([`closed rejected: ${REFUSED}`, `opened rejected: ${REFUSED}`]);
    expect(observed(walk(setup(THROWS, design, { service: "throws" }), ["*"]).records)).toEqual([
      "response 200 ok",
    ]);
  });

  it("resolves closed when the first revision forwards a DISCONNECTED exception to its promised stream", () => {
    expect(logs("r1 forwarding", "disconnected")[0]).toBe("closed");
    expect(logs("r1 forwarding", "throws")[0]).toBe(`closed rejected: ${REFUSED}`);
    expect(logs("r1", "disconnected")[0]).toBe(`closed rejected: ${REFUSED}`);
  });
});
