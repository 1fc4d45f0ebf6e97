import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { setup, story, walk } from "./testing.ts";

describe("socket.close() that waits behind a write which fails (4.7 step 5)", () => {
  const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    report("closed", socket.closed);
    const writer = socket.writable.getWriter();
    report("first", writer.write(bytes("0123456789")));
    report("second", writer.write(bytes("0123456789")));
    report("close()", socket.close());
    await scheduler.wait(1_000);
    return new Response("ok");`;

  it("resolves when the far end resets: closed first, the write's rejection, then close() (run on workerd)", () => {
    const from = setup(body, "main", { windowBytes: 10, peer: { readAfterMs: 10_000, rstAfterMs: 100 } });
    const told = story(walk(from, ["*"]).records).filter((line) => line.startsWith("log "));
    expect(told).toEqual([
      "log first",
      "log closed",
      "log second rejected: Network connection lost.",
      "log close()",
    ]);
  });
});

describe("the close that socket.close() lets out", () => {
  const passes = (body: string, world: Partial<World> = {}) => {
    const { records } = walk(setup(`${body} return new Response("ok");`, "main", world), ["*"]);
    return records.flatMap((record) =>
      record.kind === "output-passes" && record.output.type === "close" ? [record.waiter] : [],
    );
  };

  it("has no wait of its own where the writable has ended and nothing is flushed", () => {
    const open = `const socket = connect("peer:9000"); await socket.opened;`;
    expect(passes(`${open} await socket.writable.getWriter().close(); await socket.close();`)).toEqual([
      null,
    ]);
    expect(passes(`${open} await socket.close();`)).toEqual([expect.any(Number)]);
  });

  it("is none where startTls() has taken the connection", () => {
    const body = `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    const secure = socket.startTls();
    await secure.opened;
    await socket.close();`;
    expect(passes(body, { peer: { tls: true } })).toEqual([]);
  });
});

describe("socket.close() after a writer.close() that is not awaited", () => {
  const body = `
    const socket = connect("peer:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    report("written", writer.write(bytes("hello")));
    report("writer.close()", writer.close());
    await report("close()", socket.close());
    await report("again", writer.write(bytes("more")));
    return new Response("ok");`;
  const told = (design: string) =>
    story(walk(setup(body, design), ["*"]).records).filter((line) => /^(log|send|receive)/.test(line));

  it("forgets the write before main: it is never sent and never settles (run on workerd)", () => {
    for (const design of ["ungated", "autogate off", "autogate on"])
      expect(told(design)).toEqual([
        "log close()",
        "log again rejected: This WritableStream has been closed.",
      ]);
  });

  it("rejects it on main", () => {
    expect(told("main")).toEqual([
      "log written rejected: This socket has been closed.",
      "log writer.close() rejected: This socket has been closed.",
      "log close()",
      "log again rejected: This WritableStream has been closed.",
    ]);
  });
});
