import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { setup, story, walk } from "./testing.ts";

const WORLD: Partial<World> = { peer: { websocket: true }, commitMs: 100, oneWayMs: 1 };
const FAILS: Partial<World> = { ...WORLD, commitAnswers: { 1: [{ how: "fails" }] } };
const DONE = 'return new Response("ok");';
const MADE = `const socket = new WebSocket("ws://peer:9000/");
for (const name of ["open", "message"]) socket.addEventListener(name, (event) => console.log(name + " " + event.data + " " + socket.readyState));
socket.addEventListener("error", (event) => console.log("error " + event.message + " | " + event.error.name + ": " + event.error.message));
socket.addEventListener("close", (event) => console.log("close " + event.code + " " + event.reason + " " + event.wasClean + " " + socket.readyState));
const attempt = (name, fn) => { try { fn(); console.log(name); } catch (e) { console.log(name + " " + e.name + ": " + e.message); } };
`;
const OPEN = `await new Promise((resolve) => socket.addEventListener("open", resolve));`;

/** What the object does, in short; the upgrade's bytes are left out. */
function run(body: string, world: Partial<World> = WORLD, design = "main", keys = ["*"]): readonly string[] {
  return story(walk(setup(MADE + body, design, world), keys).records)
    .slice(1)
    .filter((line) => !/^(receive|peer-|fin-received|closed|accept|response-sent|send GET)/.test(line));
}
const logs = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.startsWith("log "));

describe("new WebSocket() (MODEL 2.4 row 14)", () => {
  const body = `storage.put("count", 1); const late = new WebSocket("ws://peer:9000/"); ${DONE}`;
  const alone = (design: string, world = WORLD): readonly string[] =>
    story(walk(setup(body, design, world), ["*"]).records).filter((line) =>
      /^(syn|commit|dropped c)/.test(line),
    );
  it("waits for the commit on main, and did not before", () => {
    expect(alone("main")).toEqual(["commit 1 starts", "commit 1 durable", "syn"]);
    expect(alone("autogate on")).toEqual(["commit 1 starts", "syn", "commit 1 durable"]);
    expect(alone("main", FAILS)).toContain("dropped connect");
    expect(alone("main", FAILS)).not.toContain("syn");
  });
  it("goes out below JavaScript: the input gate does not hold it", () => {
    const seen = run(
      `const other = new WebSocket("ws://peer:9000/"); storage.put("count", 1); const held = new WebSocket("ws://peer:9000/"); held.onopen = () => console.log("held open");
      await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(600); console.log("block ends"); }); await scheduler.wait(50); ${DONE}`,
    );
    expect(seen.lastIndexOf("syn")).toBeLessThan(seen.indexOf("log block ends"));
    expect(seen.indexOf("log held open")).toBeGreaterThan(seen.indexOf("log block ends"));
  });
  it("refuses what is no URL of a WebSocket", () => {
    expect(
      logs(
        run(
          `for (const url of ["http://peer:9000/", "peer", "ws://peer:9000/#x"]) attempt(url, () => new WebSocket(url)); ${DONE}`,
        ),
      ).slice(0, 3),
    ).toEqual([
      "log http://peer:9000/ SyntaxError: WebSocket Constructor: The url scheme must be ws or wss.",
      "log peer SyntaxError: WebSocket Constructor: The url is invalid.",
      "log ws://peer:9000/#x SyntaxError: WebSocket Constructor: The url fragment must be empty.",
    ]);
    expect(run('new WebSocket("wss://peer/");')).toContain(
      "stuck: Line 16: A WebSocket over TLS is not modelled: use ws: instead of wss:.",
    );
  });
  it("fails with an error and a close, in that order", () => {
    const failed = `await scheduler.wait(100); console.log("state " + socket.readyState); ${DONE}`;
    const lost = [
      "log error Uncaught Error: Network connection lost. | Error: Network connection lost.",
      "log close 1006 Failed to establish websocket connection false 3",
    ];
    expect(logs(run(failed, { peer: { refuse: true } }))).toEqual([...lost, "log state 3"]);
    const why =
      "Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 (switching protocols), but received 200 instead.";
    const declined = run(failed, { peer: { http: true } });
    expect(logs(declined)).toEqual([
      `log error Uncaught TypeError: ${why} | TypeError: ${why}`,
      lost[1],
      "log state 3",
    ]);
    expect(declined.indexOf("fin-sent")).toBeGreaterThan(declined.indexOf(String(lost[1])));
    // What is no answer is known by its first line.
    expect(logs(run(failed, { peer: { greet: "220 ready\r\n" } }))).toEqual([...lost, "log state 3"]);
    // What has failed is closed already.
    const closed = `socket.addEventListener("close", () => { storage.put("count", 1); socket.close(1000); }); ${failed}`;
    expect(
      walk(setup(MADE + closed, "main", { peer: { refuse: true } }), ["*"]).records.filter(
        (record) => record.kind === "output-waits" && record.output.type === "frame",
      ),
    ).toEqual([]);
  });
  it("hears of an end that has reached the object before it knows that the connection is up", () => {
    const seen = run(
      `await scheduler.wait(100); ${DONE}`,
      { ...WORLD, peer: { finOnAccept: true } },
      "main",
      ["r1", "a1", "i1", "n1", "*"],
    );
    expect(logs(seen)).toEqual([
      "log error Uncaught Error: Network connection lost. | Error: Network connection lost.",
      "log close 1006 Failed to establish websocket connection false 3",
    ]);
  });
  it("passes the gate by its own wait, not by that of another", () => {
    const both = `storage.put("count", 1); new WebSocket("ws://one/"); new WebSocket("ws://two/"); ${DONE}`;
    const { records } = walk(setup(both, "main", WORLD), ["*"]);
    const waits = (kind: "output-waits" | "output-passes") =>
      records.flatMap((record) =>
        record.kind === kind && record.output.type === "connect"
          ? [[record.waiter, record.output.address]]
          : [],
      );
    expect(waits("output-passes")).toEqual([
      [1, "one:80"],
      [2, "two:80"],
    ]);
    expect(waits("output-passes")).toEqual(waits("output-waits"));
  });
  it("never begins when it is closed between the gate and its beginning, which relaxed scheduling lets happen", () => {
    const closed = `storage.put("count", 1); const socket = new WebSocket("ws://peer:9000/"); await storage.sync(); socket.close(); ${DONE}`;
    const from = setup(closed, "main", { ...WORLD, scheduling: "relaxed" });
    const durable = ["r1", "", "", "", "cd1"];
    const wire = (keys: readonly string[]) => story(walk(from, [...durable, ...keys, "*"]).records);
    expect(wire(["q-connect-start1", "q-sync-done1"])).toContain("syn");
    expect(wire(["q-sync-done1", "q-connect-start1"])).not.toContain("syn");
    expect(wire(["q-sync-done1", "q-connect-start1"])).not.toContain("dropped connect");
  });
  it("never begins when it is closed before, and is told so", () => {
    const { records } = walk(
      setup(
        `storage.put("count", 1); new WebSocket("ws://other/"); ${MADE} socket.close(1000, "early"); console.log("state " + socket.readyState); await scheduler.wait(400); ${DONE}`,
        "main",
        WORLD,
      ),
      ["*"],
    );
    const seen = story(records);
    expect(seen.filter((line) => line === "syn")).toHaveLength(1);
    expect(records.filter((record) => record.kind === "output-dropped")).toMatchObject([
      { output: { type: "connect", address: "peer:9000" }, why: "closed by the handler" },
    ]);
    expect(logs(seen)).toEqual([
      "log state 1",
      "log error Uncaught Error: Network connection lost. | Error: Network connection lost.",
      "log close 1006 Failed to establish websocket connection false 3",
    ]);
  });
});

describe("send() and close() of a WebSocket (MODEL 2.4 rows 11 and 12)", () => {
  it("capture the locks message by message", () => {
    const body = `${OPEN} socket.send("before"); storage.put("count", 1); socket.send("after"); socket.close(1000, "bye"); ${DONE}`;
    expect(run(body).slice(1)).toEqual([
      "log open undefined 1",
      "put count",
      "send before",
      "commit 1 starts",
      "commit 1 durable",
      "send after",
      "send bye",
      "response 200 ok",
    ]);
    const failing = run(body, FAILS);
    expect(failing).toContain("send before");
    expect(failing).not.toContain("send after");
    expect(failing.filter((line) => line === "dropped frame")).toHaveLength(2);
  });
  it("leave below JavaScript: the input gate does not hold them", () => {
    const seen = run(
      `${OPEN} storage.put("count", 1); socket.send("one"); await this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(600); console.log("block ends"); }); ${DONE}`,
    );
    expect(seen.indexOf("send one")).toBeLessThan(seen.indexOf("log block ends"));
  });
  it("send bytes and other values as what they say", () => {
    expect(
      run(`${OPEN} socket.send(new TextEncoder().encode("bytes")); socket.send(5); ${DONE}`).filter((line) =>
        line.startsWith("send"),
      ),
    ).toEqual(["send bytes", "send 5"]);
    expect(run(`${OPEN} socket.close(1000); ${DONE}`)).toContain("send ");
  });
  it("throw where workerd throws", () => {
    const early = `attempt("early", () => socket.send("x")); await scheduler.wait(50); ${DONE}`;
    expect(logs(run(early))[0]).toBe(
      "log early TypeError: You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.",
    );
    const args = `${OPEN} for (const code of [1004, 1005, 1006, 1015, 99, 5000, "x"]) attempt("close " + code, () => socket.close(code)); attempt("reason", () => socket.close(undefined, "why"));
      attempt("close", () => socket.close()); attempt("send", () => socket.send("late")); attempt("close again", () => socket.close()); ${DONE}`;
    expect(logs(run(args)).slice(1)).toEqual([
      ...[1004, 1005, 1006, 1015, 99, 5000].map(
        (code) => `log close ${code} InvalidAccessError: Invalid WebSocket close code: ${code}.`,
      ),
      "log close x InvalidAccessError: Invalid WebSocket close code: 0.",
      "log reason InvalidAccessError: If you specify a WebSocket close reason, you must also specify a code.",
      "log close",
      "log send TypeError: Can't call WebSocket send() after close().",
      "log close again",
    ]);
  });
});

/** The choices until the handler hears that the WebSocket is open. */
const OPENED = ["r1", "a1", "n1", "v1", "i1"];

describe("what the far end of a WebSocket does", () => {
  const listen = `${OPEN} socket.onmessage = (event) => console.log("property " + event.data); await scheduler.wait(200); console.log("state " + socket.readyState); ${DONE}`;
  /** The far end acts once the WebSocket is open. */
  const once = (key: string): readonly string[] => logs(run(listen, WORLD, "main", [...OPENED, key, "*"]));
  it("a message reaches the property's listener first, then the others", () => {
    expect(once("s1")).toEqual([
      "log open undefined 1",
      "log property hello 1",
      "log message hello 1 1",
      "log state 1",
    ]);
  });
  it("a close is told and not answered by itself", () => {
    expect(once("o1")).toEqual(["log open undefined 1", "log close 4001 bye true 2", "log state 2"]);
    expect(run(listen, WORLD, "main", [...OPENED, "o1", "*"])).not.toContain("fin-sent");
  });
  it("an end without a close counts as abnormal, and ends the connection", () => {
    const seen = run(listen, WORLD, "main", [...OPENED, "e1", "*"]);
    expect(seen.indexOf("fin-sent")).toBeLessThan(
      seen.indexOf("log close 1006 WebSocket disconnected without sending Close frame. false 1"),
    );
    expect(logs(seen).at(-1)).toBe("log state 2");
    expect(once("z1").at(1)).toBe(
      "log close 1006 WebSocket disconnected without sending Close frame. false 1",
    );
  });
  it("a close that both sides have sent ends the connection; an answer to one waits at the gate", () => {
    const body = `${OPEN} socket.onclose = (event) => { storage.put("count", 1); socket.close(event.code, event.reason); console.log("replied " + socket.readyState); }; await scheduler.wait(400); ${DONE}`;
    const seen = run(body, WORLD, "main", [...OPENED, "o1", "*"]);
    expect(seen.slice(1)).toEqual([
      "log open undefined 1",
      "put count",
      "log replied 3",
      "log close 4001 bye true 3",
      "commit 1 starts",
      "commit 1 durable",
      "send bye",
      "fin-sent",
      "response 200 ok",
    ]);
  });
  it("is heard no more by listeners that were taken away or wanted one event only", () => {
    const body = `${OPEN} const gone = () => console.log("gone"); socket.addEventListener("message", gone); socket.removeEventListener("message", gone);
      socket.addEventListener("message", () => console.log("once"), { once: true }); socket.onmessage = () => console.log("replaced"); socket.onmessage = null; socket.removeEventListener("message", null); await scheduler.wait(200); ${DONE}`;
    const seen = run(body, WORLD, "main", [...OPENED, "s1", "s1", "*"]);
    expect(logs(seen)).toEqual([
      "log open undefined 1",
      "log message hello 1 1",
      "log once",
      "log message hello 2 1",
    ]);
  });
  it("is heard by a function as often as it listens for different events, and more than once where it does not say so", () => {
    const body = `${OPEN} const heard = (event) => console.log("heard " + event.type + " " + (event.target === socket)); socket.onmessage = heard; socket.onclose = heard;
      for (const name of ["close", "message", "message"]) socket.addEventListener(name, heard, { once: false }); await scheduler.wait(200); ${DONE}`;
    const seen = logs(run(body, WORLD, "main", [...OPENED, "s1", "s1", "o1", "*"]));
    expect(seen.filter((line) => line.startsWith("log heard"))).toEqual([
      ...Array(4).fill("log heard message true"),
      "log heard close true",
      "log heard close true",
    ]);
  });
});

it("a WebSocket's constants and properties", () => {
  expect(
    logs(
      run(
        `console.log(WebSocket.OPEN, socket.CLOSED, WebSocket.READY_STATE_CLOSING, socket.url, socket.protocol, socket.readyState, socket.onopen, socket.binaryType); ${DONE}`,
      ),
    )[0],
  ).toBe("log 1 3 2 ws://peer:9000/ null 0 null blob");
});
