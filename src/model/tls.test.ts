import { describe, expect, it } from "vitest";
import { refusalOf } from "./address.ts";
import { enabled } from "./model.ts";
import { judgeRest } from "./properties/index.ts";
import type { World } from "./setup.ts";
import { setup, story, walk } from "./testing.ts";

const CONNECT = `const socket = connect("peer:25", { secureTransport: "starttls" });`;
const told = (body: string, world: Partial<World> = {}, design = "main", keys: readonly string[] = ["*"]) =>
  story(walk(setup(body, design, world), keys).records);
const hello = (lines: readonly string[]): number => lines.indexOf("send <TLS ClientHello>");
const logs = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith("log ")).map((line) => line.slice("log ".length));
const SPEAKS_TLS = { peer: { tls: true } };
const NO_TLS = { peer: { reply: "no TLS here" } };

describe("startTls()", () => {
  it("sends a ClientHello only when the put before it is durable, and not at all when that fails (S3t)", () => {
    const body = `${CONNECT} await socket.opened; storage.put("a", 1); await socket.startTls().opened; return new Response("ok");`;
    const lines = told(body, SPEAKS_TLS);
    expect(hello(lines)).toBeGreaterThan(lines.indexOf("commit 1 durable"));
    expect(lines).toContain("response 200 ok");
    const failing = told(body, { ...SPEAKS_TLS, commitAnswers: { 1: [{ how: "fails" }] } });
    expect(failing).toContain("gate breaks");
    expect(hello(failing)).toBe(-1);
  });

  it("finds the slot filled on a held connection, as the connect waited before it", () => {
    const body = `storage.put("a", 1); ${CONNECT} report("opened", socket.opened); await socket.startTls().opened; return new Response("ok");`;
    const lines = told(body, SPEAKS_TLS);
    expect(lines.indexOf("syn")).toBeGreaterThan(lines.indexOf("commit 1 durable"));
    expect(hello(lines)).toBeGreaterThan(lines.indexOf("accept"));
    expect(logs(lines)).toEqual(["opened"]);
    expect(lines).toContain("response 200 ok");
  });

  it("goes behind what is queued, and hands the connection to the new socket", () => {
    const body = `${CONNECT} await socket.opened; const w = socket.writable.getWriter(); w.write(bytes("STARTTLS")); w.releaseLock();
      const secure = socket.startTls(); await secure.opened; await secure.writable.getWriter().write(bytes("secret"));
      console.log([socket.upgraded, secure.upgraded, socket.secureTransport, secure.secureTransport].join()); await socket.closed; await socket.close(); return new Response("ok");`;
    const lines = told(body, SPEAKS_TLS);
    expect(lines.filter((line) => /^send |^(syn|fin|closed)/.test(line))).toEqual([
      "syn",
      "send STARTTLS",
      "send <TLS ClientHello>",
      "send secret",
    ]);
    expect(logs(lines)).toEqual(["true,false,starttls,on"]);
  });

  it("ends the connection with an alert when the far end speaks no TLS: on main the new socket rejects, before it has long opened", () => {
    const body = `${CONNECT} await socket.opened; const secure = socket.startTls(); report("opened", secure.opened); report("closed", secure.closed); report("write", secure.writable.getWriter().write(bytes("x"))); await scheduler.wait(100); return new Response("ok");`;
    const main = told(body, NO_TLS);
    expect(main).toContain("send <TLS alert>");
    const error = "rejected: internal error; reference = ...";
    expect(logs(main)).toEqual([`opened ${error}`, `closed ${error}`, `write ${error}`]);
    const old = told(body, NO_TLS, "ungated");
    expect(old).toContain("send <TLS alert>");
    expect(logs(old)).toEqual(["opened", "closed", `write ${error}`]);
  });

  describe("on a connection that is refused (recorded)", () => {
    const refused = "rejected: proxy request failed, cannot connect to the specified address";
    const both = `${CONNECT} report("old opened", socket.opened); report("old closed", socket.closed);`;
    const start = `const secure = socket.startTls(); report("new opened", secure.opened); report("new closed", secure.closed);
      report("write", secure.writable.getWriter().write(bytes("x"))); await scheduler.wait(50); return new Response("ok");`;
    const toldRefused = (body: string, design: string): readonly string[] =>
      logs(story(walk(setup(both + body, design, { peer: { refuse: true } }), ["*"]).records));

    it("settles nothing of the new socket on main, which L3 reports", () => {
      expect(toldRefused(start, "main")).toEqual(["old closed", `old opened ${refused}`]);
      const { state } = walk(setup(both + start, "main", { peer: { refuse: true } }), ["*"]);
      expect(judgeRest(state).map(({ property, text }) => `${property}: ${text}`)).toEqual([
        "L3: the far end has answered and opened has not settled (socket 2)",
      ]);
    });

    it("resolves the new socket's opened on older builds, which says that its stream is there", () => {
      const lost = "write rejected: Network connection lost.";
      const old = `old opened ${refused}`;
      expect(toldRefused(start, "ungated")).toEqual(["old closed", "new opened", old, lost, "new closed"]);
      expect(toldRefused(start, "autogate on")).toEqual([
        "old closed",
        "new opened",
        lost,
        old,
        "new closed",
      ]);
    });

    it("tells what becomes of a write before it by the new socket's closed, and its opened never settles", () => {
      const write = `const w = socket.writable.getWriter(); report("written", w.write(bytes("x"))); w.releaseLock();`;
      const onlyStart = start.replace(/report\("write".*\);/, "");
      const old = [`old closed ${refused}`, `old opened ${refused}`];
      const text = refused.replace("rejected: ", "rejected: jsg.Error: ");
      expect(toldRefused(write + onlyStart, "main")).toEqual([
        ...old,
        `written ${text}`,
        `new closed ${text}`,
      ]);
      const lost = "written rejected: Network connection lost.";
      for (const design of ["ungated", "autogate on"])
        expect(toldRefused(write + onlyStart, design)).toEqual([lost, ...old, "new closed"]);
    });
  });

  it("ends the old writable at once, though the connection is still held", () => {
    const body = `storage.put("a", 1); ${CONNECT} const secure = socket.startTls();
      const writer = socket.writable.getWriter(); report("written", writer.write(bytes("late"))); report("ended", writer.close()); writer.releaseLock();
      await report("opened", secure.opened); return new Response("ok");`;
    const lines = told(body, SPEAKS_TLS);
    const ended = "rejected: This WritableStream has been closed.";
    expect(logs(lines)).toEqual([`written ${ended}`, `ended ${ended}`, "opened"]);
    expect(lines).not.toContain("send late");
  });

  it("throws workerd's words", () => {
    const attempt =
      "const attempt = (f) => { try { f(); console.log('accepted'); } catch (e) { console.log(e.message); } };";
    const body = `${attempt} const off = connect("peer:1"); attempt(() => off.startTls()); const on = connect("peer:1", { secureTransport: "on" }); attempt(() => on.startTls());
      ${CONNECT} await socket.opened; const secure = socket.startTls(); attempt(() => socket.startTls()); attempt(() => secure.startTls()); await socket.closed; attempt(() => socket.startTls());
      try { connect("peer:1", { secureTransport: null }); } catch (e) { console.log(e.message); } return new Response("ok");`;
    expect(logs(told(body))).toEqual([
      "The `secureTransport` socket option must be set to 'starttls' for startTls to be used.",
      "Cannot startTls on a TLS socket.",
      "startTls has already been called on this socket, or the socket was transferred over RPC.",
      "Cannot startTls on a TLS socket.",
      "The connection was closed before startTls could be started.",
      "Unsupported value in secureTransport socket option: null",
    ]);
    expect(logs(told(body, {}, "autogate on"))[2]).toBe("startTls can only be called once.");
  });

  it("rejects the new socket's closed where a stream of the old one is locked, and sends nothing", () => {
    const locked = (lock: string) =>
      told(
        `${CONNECT} await socket.opened; ${lock}; const secure = socket.startTls(); report("closed", secure.closed); await scheduler.wait(50); return new Response("ok");`,
      );
    const writer = locked("socket.writable.getWriter()");
    expect(logs(writer)).toEqual(["closed rejected: This WritableStream is currently locked to a writer."]);
    const reader = locked("socket.readable.getReader()");
    expect(logs(reader)).toEqual(["closed rejected: The ReadableStream has been locked to a reader."]);
    expect([hello(writer), hello(reader)]).toEqual([-1, -1]);
  });
});

describe('secureTransport "on"', () => {
  const body = `const socket = connect("peer:443", { secureTransport: "on" }); report("opened", socket.opened); report("closed", socket.closed); await scheduler.wait(200); return new Response("ok");`;

  it("says ClientHello as soon as the connection is there, and opens when it is answered", () => {
    const lines = told(body, SPEAKS_TLS);
    expect(lines.slice(lines.indexOf("syn"), lines.indexOf("syn") + 4)).toEqual([
      "syn",
      "accept",
      "send <TLS ClientHello>",
      "receive <TLS ClientHello>",
    ]);
    expect(logs(lines)).toEqual(["opened"]);
  });

  it("stays pending while nobody answers", () => {
    expect(logs(told(body))).toEqual([]);
  });

  it("fails like a refused connection when the far end speaks no TLS, ends or resets", () => {
    const failed = `rejected: ${refusalOf("peer:443")}`;
    for (const peer of [{ reply: "no" }, { finOnAccept: true }, { rstOnAccept: true }]) {
      const lines = told(body, { peer });
      expect(logs(lines)).toEqual([`closed ${failed}`, `opened ${failed}`]);
      expect(lines.includes("send <TLS alert>")).toBe("reply" in peer);
    }
  });

  it("shakes no hands while the process is blocked in an fsync, though the kernel goes on receiving", () => {
    const during = (secureTransport: string): readonly string[] => {
      const blocked = `const socket = connect("peer:443", { secureTransport: "${secureTransport}" }); await scheduler.wait(1); storage.put("a", 1); await socket.opened; return new Response("ok");`;
      const from = setup(blocked, "main", { commits: "blocking", peer: { greet: "hello" } });
      return enabled(walk(from, ["r1", "a1", "n1", "t1"]).state).map(({ key }) => key);
    };
    expect(during("off")).toEqual(["i1", "cd1", "cf1", "cs1"]);
    expect(during("on")).toEqual(["cd1", "cf1", "cs1"]);
  });

  it("can succeed with a far end that was not planned to speak TLS: that is for the environment to decide", () => {
    const lines = told(body, {}, "main", ["r1", "a1", "n1", "v1", "ta1", "*"]);
    expect(logs(lines)).toEqual(["opened"]);
  });
});
