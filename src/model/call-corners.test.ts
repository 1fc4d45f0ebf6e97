import { describe, expect, it } from "vitest";
import type { RunRecord } from "./records.ts";
import type { World } from "./setup.ts";
import { logs, setup, walk } from "./testing.ts";

const END = `return new Response("ok");`;

function records(body: string, world: Partial<World> = {}, keys = ["*"]): readonly RunRecord[] {
  return walk(setup(`${body} ${END}`, "main", world), keys).records;
}
const told = (body: string, world: Partial<World> = {}): readonly string[] => logs(records(body, world));
const stuck = (body: string, world: Partial<World> = {}): readonly string[] =>
  records(body, world).flatMap((record) => (record.kind === "handler-stuck" ? [record.text] : []));
const answering = (reply: string): Partial<World> => ({ peer: { reply } });

describe("the answer to a fetch()", () => {
  it("keeps its connection for the next one, until the far end ends it", () => {
    const kept = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const body = `const response = await fetch("http://peer/"); console.log(await response.text());`;
    const closed = (keys: readonly string[]) =>
      records(body, kept, [...keys]).flatMap((record) =>
        record.kind === "socket-closed" ? [record.why] : [],
      );
    expect(closed(["*"])).toEqual([]);
    expect(closed(["*", "e1", "*"])).toEqual(["it was kept for a next fetch(), and ended"]);
  });

  it("is whole when all that its head announces has come, and fetch() resolves once", () => {
    const parts = answering("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\npeer");
    const body = `const response = await fetch("http://peer/"); console.log(await response.text());`;
    const seen = records(body, parts, ["*", "s1", "*"]);
    expect(logs(seen)).toEqual(["peerhello 1"]);
    expect(
      seen.filter((record) => record.kind === "promise-settles" && record.promise === "fetch 1"),
    ).toHaveLength(1);
  });

  it("has no body to HEAD, with 204 and with 304, and a URL without its fragment", () => {
    const seen = (status: string, init: string) =>
      told(
        `const r = await fetch("http://peer/a?b#part"${init}); console.log(r.url, r.status, r.body, await r.text());`,
        answering(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`),
      );
    expect(seen("200 OK", ', { method: "HEAD" }')).toEqual(["http://peer/a?b 200 null "]);
    expect(seen("204 No Content", "")).toEqual(["http://peer/a?b 204 null "]);
    expect(seen("304 Not Modified", "")).toEqual(["http://peer/a?b 304 null "]);
  });

  it("is read as bytes", () => {
    const body = `console.log([...(await (await fetch("http://peer/")).bytes())].join(), (await (await fetch("http://peer/")).arrayBuffer()).byteLength);`;
    expect(told(body, { peer: { http: true } })).toEqual(["112,101,101,114 4"]);
  });

  it("rejects json() of what is none, and text() of chunks that are cut short", () => {
    const read = (how: string) =>
      `const response = await fetch("http://peer/"); await response.${how}().then(console.log, (e) => console.log(e.name + ": " + e.message));`;
    const plain = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    expect(told(read("json"), plain)).toEqual([`SyntaxError: Unexpected token 'o', "ok" is not valid JSON`]);
    const settled = records(read("json"), plain).filter(({ kind }) => kind === "promise-settles");
    expect(settled.at(-1)).toMatchObject({ promise: "json() of fetch 1", outcome: "rejected" });
    const chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    expect(told(read("text"), answering(`${chunks}0\r\n\r\n`))).toEqual(["abc"]);
    expect(told(read("text"), { peer: { reply: `${chunks}zz`, finOnData: true } })).toEqual([
      "Error: Network connection lost.",
    ]);
  });
});

describe("what calls refuse", () => {
  it("resets the object with a text where abort() is given none", () => {
    const body = `if (path === "/other") this.ctx.abort(); await this.env.DEMO.getByName("b").fetch("http://object/other").catch((e) => console.log(e.message));`;
    expect(told(body)).toEqual(["Application called abort() to reset Durable Object."]);
  });

  it("is no binding of another name than in capital letters", () => {
    expect(
      told(
        "console.log(typeof this.env.DEMO_2, typeof this.env.demo, typeof this.env.dEMO, typeof this.env.DEMo, typeof this.ctx.DEMO);",
      ),
    ).toEqual(["object undefined undefined undefined undefined"]);
  });

  it("says so in workerd's words: no function, no id, no such method", () => {
    const caught = (what: string) => `try { ${what}; } catch (e) { console.log(e.name + ": " + e.message); }`;
    expect(told(caught("this.ctx.blockConcurrencyWhile()"))).toEqual([
      "TypeError: This method needs a function.",
    ]);
    expect(told(caught('this.env.DEMO.get("b")'))).toEqual([
      "TypeError: Failed to execute 'get' on 'DurableObjectNamespace': parameter 1 is not of type 'DurableObjectId'.",
    ]);
    expect(told(caught('await this.env.DEMO.getByName("b").nothing()'))).toEqual([
      'TypeError: The RPC receiver does not implement the method "nothing".',
    ]);
  });

  it("is a name that is no method of another object: it is no promise", () => {
    const names = ["then", "dup", "alarm", "catch", "finally", "toJSON", "fetch", "anyOther"];
    const body = `
      const stub = this.env.DEMO.getByName("b");
      for (const name of ${JSON.stringify(names)}) console.log(name + " " + typeof stub[name]);
      console.log((await stub) === stub);`;
    expect(told(body)).toEqual([
      "then undefined",
      ...names.slice(1).map((name) => `${name} function`),
      "true",
    ]);
    expect(stuck('this.env.DEMO.getByName("b").connect("peer:1");')).toEqual([
      "Line 11: DurableObjectStub.connect is not part of Gatescope's model. Call fetch() or a method of the object.",
    ]);
  });

  it("may not be asked for what the platform calls itself: that is refused where the object is (run on workerd)", () => {
    const calls = ["dup", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"];
    const body = `
      const stub = this.env.DEMO.getByName("b");
      for (const name of ${JSON.stringify(calls)})
        try { await stub[name](); } catch (e) { console.log(e.name + ": " + e.message + " " + e.remote); }`;
    expect(told(body)).toEqual(
      calls.map((name) => `TypeError: '${name}' is a reserved method and cannot be called over RPC. true`),
    );
  });

  it("has an id that compares with ids alone (run on workerd)", () => {
    const others = ['"b"', "null", "undefined", "{}", "this.env.DEMO.get(id)", "id.toString()"];
    const body = `
      const id = this.env.DEMO.idFromName("b");
      console.log(id.equals(this.env.DEMO.getByName("b").id), id.equals(this.ctx.id));
      for (const other of [${others.join()}]) try { console.log(id.equals(other)); } catch (e) { console.log(e.name + ": " + e.message); }`;
    const text =
      "TypeError: Failed to execute 'equals' on 'DurableObjectId': parameter 1 is not of type 'DurableObjectId'.";
    expect(told(body)).toEqual(["true false", ...others.map(() => text)]);
  });

  it("has a class of the platform's, which is neither Object nor what the handler's own class extends", () => {
    const body = `
      const stub = this.env.DEMO.getByName("b");
      const { constructor } = stub;
      console.log(constructor.name, typeof constructor, constructor);
      console.log(constructor === Object, constructor === DurableObject, constructor === this.env.DEMO.getByName("c").constructor);
      console.log(stub instanceof constructor, stub instanceof DurableObject, this instanceof constructor);
      try { new constructor(); } catch (error) { console.log(error.name + ": " + error.message); }`;
    expect(told(body)).toEqual([
      "DurableObject function [Function: DurableObject]",
      "false false true",
      "true false false",
      "TypeError: Illegal constructor",
    ]);
  });

  it("or that it is not modelled, and what to write instead", () => {
    expect(
      stuck('await this.env.DEMO.getByName("b").fetch("http://do/", { signal: AbortSignal.timeout(5) });'),
    ).toEqual(["Line 11: A signal for a call of another object is not modelled: leave it out."]);
    const streams = `if (path === "/in") return new Response(new ReadableStream({ start(to) { to.close(); } }));
      await this.env.DEMO.getByName("b").fetch("http://do/in");`;
    expect(stuck(streams)).toEqual([
      "A stream as the body of an answer to another object is not modelled: answer with text.",
    ]);
    const listener = 'new WebSocket("ws://peer/").addEventListener("open", { handleEvent() {} });';
    expect(stuck(listener, { peer: { websocket: true } })).toEqual([
      "Line 11: addEventListener() with something else than a function is not modelled: give it a function.",
    ]);
  });
});

describe("timers", () => {
  it("are not needed for time to pass in a turn that reads the clock more than a hundred times", () => {
    const body =
      "const began = Date.now(); for (let n = 1; n < 100; n++) Date.now(); console.log(Date.now() - began);";
    expect(told(body)).toEqual(["1"]);
    expect(told(body.replace("n < 100", "n < 99"))).toEqual(["0"]);
  });

  it("hand their arguments on, and take what is no number, or less than nothing, for nothing", () => {
    const body = `
      setTimeout((...given) => console.log("args", given.length, ...given), 1, "a", 2);
      setTimeout((...given) => console.log("none", given.length), 2);
      setTimeout(() => console.log("no number"), "x");
      setTimeout(() => console.log("negative"), -5);
      const every = setInterval((n) => { console.log("tick", n); clearInterval(every); }, 3, 7);
      await scheduler.wait(20);`;
    expect(told(body)).toEqual(["no number", "negative", "args 2 a 2", "none 0", "tick 7"]);
  });
});

describe("listeners of a WebSocket", () => {
  it("are called in order, one that is added twice once; a property is one of them, and can be read", () => {
    const body = `
      const socket = new WebSocket("ws://peer/");
      console.log(socket.onopen, socket.onmessage);
      const first = () => console.log("first");
      socket.onopen = first;
      console.log(socket.onopen === first, socket.onmessage);
      const second = () => console.log("second");
      socket.addEventListener("open", second);
      socket.addEventListener("open", second);
      socket.removeEventListener("message", second);
      await scheduler.wait(60);
      socket.onopen = null;
      console.log(socket.onopen);`;
    expect(told(body, { peer: { websocket: true } })).toEqual([
      "null null",
      "true null",
      "first",
      "second",
      "null",
    ]);
  });
});
