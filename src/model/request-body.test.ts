import { describe, expect, it } from "vitest";
import type { World } from "./setup.ts";
import { setup, story, walk } from "./testing.ts";

const WORLD: Partial<World> = { peer: { http: true }, commitMs: 500, oneWayMs: 1 };
const DONE = 'return new Response("ok");';
/** A body of three pulls: a chunk, a put and a chunk, the end. */
const BODY = `let n = 0;
  const body = new ReadableStream({
    pull: async (controller) => {
      n++;
      if (n > 1) await scheduler.wait(50);
      if (n === 2) { storage.put("count", 1); console.log("put"); }
      if (n === 3) controller.close();
      else controller.enqueue(bytes("chunk " + n));
    },
  });
  const tell = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + ": " + e.message));
`;

function run(body: string, design = "main", world = WORLD): readonly string[] {
  return story(walk(setup(BODY + body, design, world), ["*"]).records)
    .slice(1)
    .filter((line) => !/^(receive|peer-|fin-received|closed|accept|response-sent)/.test(line))
    .map((line) => line.replaceAll("\r\n", "|"));
}

describe("a body of fetch() that is a stream", () => {
  const SEND = `await tell("fetched", fetch("http://peer:9000/", { method: "POST", body })); ${DONE}`;
  it.each(["ungated", "main"])("leaks what is made after a put, and its end (%s)", (design) => {
    expect(run(SEND, design)).toEqual(
      [
        "syn",
        "send POST / HTTP/1.1|Transfer-Encoding: chunked|Host: peer:9000||",
        "send 7|chunk 1|",
        "put count",
        "log put",
        "commit 1 starts",
        "violates S2p",
        "send 7|chunk 2|",
        "send 0||",
        "log fetched",
        "fin-sent",
        "commit 1 durable",
        "response 200 ok",
      ].filter((line) => design === "main" || line !== "fin-sent"),
    );
  });
  it("waits with its head for the locks there are at the call", () => {
    const seen = run(`storage.put("before", 1); ${SEND}`);
    expect(seen.indexOf("syn")).toBeGreaterThan(seen.indexOf("commit 1 durable"));
  });
  it("is read before the connection is up on main, not before the head has left elsewhere", () => {
    const eager = BODY.replace("if (n > 1) await scheduler.wait(50);", "");
    const seen = (design: string): readonly string[] =>
      story(walk(setup(eager + SEND, design, { ...WORLD, peer: { blackhole: true } }), ["*"]).records);
    expect(seen("main")).toContain("log put");
    expect(seen("ungated")).not.toContain("log put");
  });
  it("leaves behind the head, also where it is complete before the connection is up; what has no bytes is left out", () => {
    const whole = `const all = new ReadableStream({ start(c) { for (const text of ["one", "", "two"]) c.enqueue(bytes(text)); c.close(); } });
      await tell("fetched", fetch("http://peer:9000/", { method: "POST", body: all })); ${DONE}`;
    expect(run(whole.replace(', "", "two"', "")).filter((line) => line.startsWith("send"))).toEqual([
      "send POST / HTTP/1.1|Transfer-Encoding: chunked|Host: peer:9000||",
      "send 3|one|",
      "send 0||",
    ]);
    for (const design of ["ungated", "main"])
      expect(run(whole, design).filter((line) => line.startsWith("send"))).toEqual([
        "send POST / HTTP/1.1|Transfer-Encoding: chunked|Host: peer:9000||",
        "send 3|one|",
        "send 3|two|",
        "send 0||",
      ]);
  });
  it("is no leak where it was made before the put", () => {
    const early = `const all = new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.enqueue(bytes("two")); } });
      fetch("http://peer:9000/", { method: "POST", body: all }).then(() => {}, () => {}); await null; storage.put("count", 1); await scheduler.wait(50); ${DONE}`;
    const seen = run(early);
    expect(seen).toContain("send 3|two|");
    expect(seen.join()).not.toContain("violates");
  });
  it("is sent no more when the far end has reset the connection", () => {
    const seen = run(SEND, "main", { ...WORLD, peer: { rstAfterMs: 20 } });
    expect(seen.filter((line) => /^(send [0-9]|log fetched)/.test(line))).toEqual([
      "send 7|chunk 1|",
      "log fetched: Network connection lost.",
    ]);
  });
  it("gives the connection up at a chunk that is no bytes", () => {
    const number = `const bad = new ReadableStream({ start: (controller) => { controller.enqueue(5); } });
      fetch("http://peer:9000/", { method: "POST", body: bad }).then(() => {}, () => {}); await scheduler.wait(50); ${DONE}`;
    const seen = run(number);
    expect(seen).toContain("fin-sent");
    expect(seen.filter((line) => /^send [0-9]/.test(line))).toEqual([]);
  });
  it("gives the connection up when it fails", () => {
    const failing = `const bad = new ReadableStream({ pull: (controller) => { controller.error(new Error("no more")); } });
      fetch("http://peer:9000/", { method: "POST", body: bad }).then(() => {}, () => {}); await scheduler.wait(50); ${DONE}`;
    expect(run(failing)).toContain("fin-sent");
  });
  it("is refused with advice for another object", () => {
    expect(
      run(`await this.env.DEMO.getByName("b").fetch("http://object/", { method: "POST", body });`).find(
        (line) => line.startsWith("stuck"),
      ),
    ).toContain("use a string or a Uint8Array");
  });
});
