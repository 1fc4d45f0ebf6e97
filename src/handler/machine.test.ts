import { describe, expect, test } from "vitest";
import {
  HandlerStuck,
  HandlerThrow,
  type Host,
  type Machine,
  type MachineState,
  type Member,
  type Ref,
  type Value,
} from "./host.ts";
import { collectMachine, createMachine, encodeMachine, openMachine } from "./machine.ts";
import type { Program } from "./program.ts";
import { mustCompile, testHost, throughJson } from "./testing.ts";

/** A small platform: storage that puts and gets, sockets with a promise `opened`, timers that the test fires. */
class Platform implements Host {
  readonly events: string[] = [];
  readonly opened: Ref[] = [];
  readonly timers: Value[] = [];
  socketCount = 0;
  private readonly members: Readonly<Record<string, Member>> = {
    "State.storage": { is: "getter" },
    "Storage.put": { is: "method" },
    "Storage.transactionSync": { is: "method" },
    "Storage.sql": { is: "unsupported", advice: "Use put and get." },
    "Socket.opened": { is: "getter" },
    "Socket.close": { is: "method" },
    "Socket.onclose": { is: "property" },
    "WebSocket.OPEN": { is: "getter" },
    "Scheduler.wait": { is: "method" },
    "cloudflare:sockets:connect": { is: "method" },
    setTimeout: { is: "method" },
    scheduler: { is: "object", type: "Scheduler" },
    fetch: { is: "unsupported", advice: "Use connect()." },
    WebSocket: { is: "method" },
    gc: { is: "method" },
    version: { is: "getter" },
  };
  member(type: string, name: string): Member {
    return this.members[`${type}.${name}`] ?? { is: "none" };
  }
  global(name: string): Member {
    return this.members[name] ?? { is: "none" };
  }
  get(machine: Machine, type: string, id: number, name: string): Value {
    if (name === "storage") return machine.hostObject("Storage", id);
    if (name === "opened") return this.opened[id - 1];
    return `${type}.${name}`;
  }
  set(machine: Machine, type: string, id: number, name: string, value: Value): void {
    this.events.push(`${machine.line}: ${type} ${id} ${name} = ${machine.inspect(value)}`);
  }
  call(
    machine: Machine,
    name: string,
    self: { readonly type: string; readonly id: number } | null,
    args: readonly Value[],
  ): Value {
    this.events.push(
      `${machine.line}: ${name}(${args.map((arg) => machine.inspect(arg)).join(", ")})${self === null ? "" : ` on ${self.type} ${self.id}`}`,
    );
    const [first] = args;
    if (name.endsWith(":connect")) {
      if (first === "")
        throw new HandlerThrow(machine.newError("TypeError", "Specified address is missing hostname."));
      this.opened.push(machine.newPromise());
      this.socketCount++;
      return machine.hostObject("Socket", this.socketCount);
    }
    if (name === "setTimeout") return this.timers.push(first);
    if (name === "Storage.transactionSync") return machine.callFunction(first, []);
    if (name === "Date.now") return 5;
    return name === "Storage.put" ? machine.promiseOf(undefined) : undefined;
  }
  settled(machine: Machine, token: string, outcome: "resolved" | "rejected", value: Value): void {
    this.events.push(
      `${token} ${outcome} ${machine.asResponse(value)?.body ?? machine.asError(value)?.message ?? machine.inspect(value)}`,
    );
  }
  log(machine: Machine, text: string): void {
    this.events.push(`${machine.line}: log ${text}`);
  }
  awaits(machine: Machine, call: number, text: string): void {
    this.events.push(`${machine.line}: call ${call} awaits ${text}`);
  }
  resumes(machine: Machine, call: number): void {
    this.events.push(`${machine.line}: call ${call} resumes`);
  }
}

function load(source: string): {
  readonly platform: Platform;
  readonly program: Program;
  readonly state: MachineState;
} {
  const platform = new Platform();
  const program = mustCompile(source);
  return { platform, program, state: createMachine(program, platform) };
}

/** Instantiates the object and asks its fetch. */
function request(
  { platform, program, state }: ReturnType<typeof load>,
  url = "http://object/",
): { readonly state: MachineState; readonly instance: Ref } {
  const machine = openMachine(program, state, platform);
  const instance = machine.instantiate(machine.hostObject("State", 1), machine.newObject({ NAME: "env" }));
  machine.onSettled(machine.callMethod(instance, "fetch", [machine.newRequest(url)]), "fetch");
  machine.runJobs();
  return { state: machine.finish(), instance };
}

const HANDLER = `import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(
  () => console.log(name),
  (e) => console.log(name + " rejected: " + e.message),
);

export class Demo extends DurableObject {
  visits = 0;

  async fetch(request) {
    this.visits++;
    const { pathname } = new URL(request.url);
    this.ctx.storage.put("count", this.visits);
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    console.log(this.env.NAME, pathname);
    return new Response("visit " + this.visits);
  }
}
`;

describe("a handler and its platform", () => {
  test("calls, awaits, logs and settles in order, each with its line", () => {
    const loaded = load(HANDLER);
    const { platform, program } = loaded;
    const { state } = request(loaded, "http://object/a?b=c");
    expect(platform.events).toEqual([
      "15: Storage.put('count', 1) on Storage 1",
      "16: cloudflare:sockets:connect('peer:9000')",
      `17: call 1 awaits report("opened", socket.opened)`,
    ]);
    platform.events.length = 0;
    const machine = openMachine(program, state, platform);
    machine.resolve(platform.opened[0] ?? { ref: 0 }, machine.newObject({ remoteAddress: "peer:9000" }));
    machine.runJobs();
    expect(platform.events).toEqual([
      "5: log opened",
      "17: call 1 resumes",
      "18: log env /a",
      "fetch resolved visit 1",
    ]);
  });

  test("a state stays as it was when machines are opened on it, so that choices can be tried one after another", () => {
    const loaded = load(HANDLER);
    const { platform, program } = loaded;
    const { state } = request(loaded);
    const before = JSON.stringify(state);
    for (const outcome of ["resolve", "reject", "resolve"] as const) {
      platform.events.length = 0;
      const machine = openMachine(program, state, platform);
      const opened = platform.opened[0] ?? { ref: 0 };
      if (outcome === "resolve") machine.resolve(opened, undefined);
      else machine.reject(opened, machine.newError("Error", "no"));
      machine.runJobs();
      machine.finish();
      expect(platform.events[0]).toBe(outcome === "resolve" ? "5: log opened" : "6: log opened rejected: no");
      expect(JSON.stringify(state)).toBe(before);
    }
  });

  test("what a turn does not touch is shared with the state before", () => {
    const loaded = load(HANDLER);
    const { state } = request(loaded);
    const shared = loaded.state.heap.filter((object, at) => object === state.heap[at]).length;
    expect(shared).toBeGreaterThanOrEqual(loaded.state.heap.length - 1);
    expect(openMachine(loaded.program, state, loaded.platform).finish().heap).toEqual(state.heap);
  });

  test("a state goes on from its JSON text", () => {
    const loaded = load(HANDLER);
    const { platform, program } = loaded;
    const { state } = request(loaded);
    platform.events.length = 0;
    const machine = openMachine(program, throughJson(state), platform);
    machine.resolve({ ref: platform.opened[0]?.ref ?? 0 }, undefined);
    machine.runJobs();
    expect(platform.events.at(-1)).toBe("fetch resolved visit 1");
  });

  test("an exception of the platform can be caught, one of the handler rejects the call", () => {
    const loaded =
      load(`import { DurableObject } from "cloudflare:workers"; import { connect } from "cloudflare:sockets";
      export class A extends DurableObject { fetch() { for (let i = 0; i < 60; i++) try { connect(""); } catch (e) { if (i === 59) console.log(i, String(e)); } null.x; } }`);
    request(loaded);
    expect(loaded.platform.events.slice(-2)).toEqual([
      "2: log 59 TypeError: Specified address is missing hostname.",
      "fetch rejected Cannot read properties of null (reading 'x')",
    ]);
  });

  test("the platform calls functions back: at once, and later", () => {
    const loaded = load(`import { DurableObject } from "cloudflare:workers";
      export class A extends DurableObject { async fetch() {
        const x = this.ctx.storage.transactionSync(() => { this.ctx.storage.put("a", 1); return 5; });
        setTimeout(() => console.log("timer", x), 10);
        await scheduler.wait(5);
      } }`);
    const { state } = request(loaded);
    const machine = openMachine(loaded.program, state, loaded.platform);
    machine.callFunction(loaded.platform.timers[0], []);
    expect(loaded.platform.events).toEqual([
      "3: Storage.transactionSync([Function (anonymous)]) on Storage 1",
      "3: Storage.put('a', 1) on Storage 1",
      "4: setTimeout([Function (anonymous)], 10)",
      "5: Scheduler.wait(5) on Scheduler 0",
      "5: call 1 awaits scheduler.wait(5)",
      "5: call 1 resumes",
      "fetch resolved undefined",
      "4: log timer 5",
    ]);
  });

  test("methods of the platform are values too", () => {
    const loaded = load(`import { DurableObject } from "cloudflare:workers";
      export class A extends DurableObject { fetch() { const { storage } = this.ctx; const put = storage.put; put("a", 1); put.call(storage, "b", 2); [["c", 3]].map(([k, v]) => storage.put(k, v)); storage["put"]("d", 4); storage.put?.("e", 5); console.log(typeof put, typeof storage.nope, storage, version, typeof gc); globalThis.gc(); new WebSocket("ws://x/"); } }`);
    request(loaded);
    expect(loaded.platform.events.map((event) => event.replace(/^\d+: /, ""))).toEqual([
      "Storage.put('a', 1) on Storage 1",
      "Storage.put('b', 2) on Storage 1",
      "Storage.put('c', 3) on Storage 1",
      "Storage.put('d', 4) on Storage 1",
      "Storage.put('e', 5) on Storage 1",
      "log function undefined Storage {} globalThis.version function",
      "gc()",
      "WebSocket('ws://x/')",
      "fetch resolved undefined",
    ]);
  });
});

describe("what stops a machine", () => {
  const stuck = (source: string): HandlerStuck => {
    try {
      request(load(source));
    } catch (error) {
      if (error instanceof HandlerStuck) return error;
      throw error;
    }
    throw new Error("it did not get stuck");
  };
  const object = (body: string) =>
    `import { DurableObject } from "cloudflare:workers";\nexport class A extends DurableObject {\n  async fetch() {\n    ${body}\n  }\n}`;

  test("an endless loop without a condition, with the line of the loop and not of what ran before", () => {
    const host = new Platform();
    const program = mustCompile("let x = 1;\nfor (;;) {}\n");
    expect(() => createMachine(program, host)).toThrow(/last in line 2\b/);
  });

  test("an endless loop, with its line and the limit", () => {
    expect(stuck(object("let i = 0;\n    while (true) i++;"))).toMatchObject({
      line: 5,
      message: expect.stringContaining("1000000 instructions in one turn"),
    });
  });
  test("what the model does not have, with its advice", () => {
    expect(stuck(object("fetch('http://x/');"))).toMatchObject({
      line: 4,
      column: 5,
      message: "fetch is not part of Gatescope's model. Use connect().",
    });
    expect(stuck(object("this.ctx.storage.sql.exec('');"))).toMatchObject({
      line: 4,
      message: "Storage.sql is not part of Gatescope's model. Use put and get.",
    });
  });
  test("a module that throws, that imports what is not there, or that has no object", () => {
    expect(stuck("null.x;").message).toBe(
      "The module's top level threw: TypeError: Cannot read properties of null (reading 'x')",
    );
    expect(stuck(`import { nope } from "cloudflare:workers";`).message).toContain("has no export nope");
    expect(stuck("export class A {}").message).toContain("exports no class that extends DurableObject");
  });
  test("an unknown name is the handler's own ReferenceError", () => {
    const loaded = load(object("nope();"));
    request(loaded);
    expect(loaded.platform.events.at(-1)).toBe("fetch rejected nope is not defined");
  });
});

describe("the class that is instantiated", () => {
  const source = `import { DurableObject } from "cloudflare:workers";
    class Base extends DurableObject { constructor(ctx, env) { super(ctx, env); this.log = [this.ctx === ctx, this.env === env, this.x]; } x = 1; fetch() { return new Response(this.name() + this.log); } name() { return "base "; } }
    export class Other extends DurableObject { fetch() { return new Response("other"); } }
    export default class Main extends Base { #secret = 2; y = this.x + 1; name() { return "main " + this.y + this.#secret + " "; } alarm() {} get notMethod() { return 1; } }`;

  test("is the default one, with its parents' constructors and fields", () => {
    const loaded = load(source);
    request(loaded);
    expect(loaded.platform.events).toEqual(["fetch resolved main 22 true,true,1"]);
  });
  test("or the one that is named", () => {
    const { platform, program, state } = load(source);
    const machine = openMachine(program, state, platform);
    const instance = machine.instantiate(undefined, undefined, "Other");
    expect(machine.hasMethod(instance, "fetch")).toBe(true);
    expect(machine.hasMethod(instance, "alarm")).toBe(false);
    expect(machine.hasMethod(machine.instantiate(undefined, undefined, "Main"), "notMethod")).toBe(false);
    expect(() => machine.instantiate(undefined, undefined, "Nobody")).toThrow(HandlerStuck);
  });
});

describe("values across the border", () => {
  const open = () => {
    const { platform, program, state } = load("");
    return openMachine(program, state, platform);
  };

  test("structured data goes out and in", () => {
    const machine = open();
    const inner = machine.newArray([1, "x", null, undefined, Number.NaN, -0, true]);
    const value = machine.newObject({
      inner,
      map: machine.newMap([["k", machine.newBytes([1, 2])]]),
      error: machine.newError("TypeError", "bad"),
    });
    const data = machine.toData(value);
    expect(data).toEqual(JSON.parse(JSON.stringify(data)));
    const copy = machine.fromData(JSON.parse(JSON.stringify(data)));
    expect(machine.inspect(machine.getProperty(copy as Ref, "inner"))).toBe(
      "[ 1, 'x', null, undefined, NaN, -0, true ]",
    );
    expect(machine.inspect(machine.getProperty(copy as Ref, "map"))).toBe(
      "Map(1) { 'k' => Uint8Array(2) [ 1, 2 ] }",
    );
    expect(machine.asError(machine.getProperty(copy as Ref, "error"))).toEqual({
      name: "Error",
      message: "bad",
    });
  });
  test("functions and platform objects are no data, and an object that contains itself is beyond the machine", () => {
    const machine = open();
    expect(machine.toData(machine.hostObject("X", 1))).toBeUndefined();
    const circle = machine.newObject({});
    machine.setProperty(circle, "self", circle);
    expect(() => machine.toData(circle)).toThrow("contains itself");
  });
  test("questions about values", () => {
    const machine = open();
    expect(machine.asArray(machine.newArray([1, 2]))).toEqual([1, 2]);
    expect(machine.asArray("no")).toBeNull();
    expect(machine.asBytes(machine.newBytes([1, 2, 3]))).toEqual([1, 2, 3]);
    expect(machine.asBytes(machine.newBytes([1, 2, 3]), 2)).toEqual([1, 2]);
    expect(machine.byteLength(machine.newBytes([1, 2, 3]))).toBe(3);
    expect(machine.asBytes(5)).toBeNull();
    expect(machine.asError(machine.newError("RangeError", "m"))).toEqual({
      name: "RangeError",
      message: "m",
    });
    expect(machine.asHost(machine.hostObject("Socket", 3))).toMatchObject({ type: "Socket", id: 3 });
    expect(machine.hostObject("Socket", 3)).toEqual(machine.hostObject("Socket", 3));
    expect(machine.typeOf(machine.newObject({}))).toBe("object");
    expect(machine.toText(machine.newArray([1, [2].length]))).toBe("1,1");
    expect(machine.ownKeys(machine.newObject({ b: 1, a: 2 }))).toEqual(["b", "a"]);
    expect(machine.asResponse(machine.newResponse({ status: 201, body: "body" }))).toEqual({
      status: 201,
      headers: [["content-type", "text/plain;charset=UTF-8"]],
      body: "body",
      stream: null,
    });
    const request = machine.newRequest("http://peer/", { method: "PUT", body: "b", headers: [["X-A", "1"]] });
    expect(machine.asRequest(request)).toEqual({
      url: "http://peer/",
      method: "PUT",
      headers: [
        ["content-type", "text/plain;charset=UTF-8"],
        ["x-a", "1"],
      ],
      body: "b",
    });
    expect(
      machine.asRequest(machine.requestOf(request, machine.newObject({ method: "post" }))),
    ).toMatchObject({
      method: "POST",
      body: "b",
    });
    expect(machine.asRequest(machine.newObject({}))).toBeNull();
    expect(machine.asArray(machine.bodyAs("json", "[1]"))).toEqual([1]);
    expect(() => machine.bodyAs("json", "no")).toThrow(HandlerThrow);
    expect(() => machine.requestOf("peer", undefined)).toThrow(HandlerThrow);
    const promise = machine.newPromise();
    expect(machine.promiseState(promise)).toEqual({ state: "pending", value: undefined });
    machine.resolve(promise, 1);
    machine.reject(promise, 2);
    expect(machine.promiseState(promise)).toEqual({ state: "resolved", value: 1 });
    expect(machine.promiseState(1)).toBeNull();
    expect(machine.promiseOf(promise)).toBe(promise);
  });
});

describe("objects of the host", () => {
  const run = (body: string): readonly string[] => {
    const loaded = load(`import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
export class A extends DurableObject { async fetch() {
${body}
} }`);
    request(loaded);
    return loaded.platform.events;
  };
  test("have properties that can be written", () => {
    expect(run(`const s = connect("a"); s.onclose = 5; console.log(s.onclose);`)).toEqual([
      "4: cloudflare:sockets:connect('a')",
      "4: Socket 1 onclose = 5",
      "4: log Socket.onclose",
      "fetch resolved undefined",
    ]);
  });
  test("refuse properties that the host has not", () => {
    expect(() => run(`connect("a").other = 5;`)).toThrow("Socket.other cannot be set");
  });
  test("can be classes with constants of their own", () => {
    expect(run("console.log(WebSocket.OPEN, WebSocket.CLOSED);")).toEqual([
      "4: log WebSocket.OPEN undefined",
      "fetch resolved undefined",
    ]);
  });
});

describe("the key of a state", () => {
  const counter = `let n = 0; const seen = new Map(); export const up = (k) => { const garbage = [k]; n++; seen.set(k, n); seen.delete("gone"); return garbage.length; };`;
  const step = (program: Program, state: MachineState, keys: readonly string[]) => {
    const machine = openMachine(program, state, testHost());
    const up = state as unknown as { exports: { value: Ref }[] };
    for (const key of keys) machine.callFunction(up.exports[0]?.value, [key]);
    return machine.finish();
  };
  test("does not depend on garbage and on the way", () => {
    const { program, state } = load(counter);
    const a = step(program, state, ["x", "y"]);
    const b = step(program, step(program, state, ["x"]), ["y"]);
    const c = step(program, state, ["gone", "y"]);
    expect(encodeMachine(a, [])).toBe(encodeMachine(b, []));
    expect(encodeMachine(a, [])).not.toBe(encodeMachine(c, []));
    expect(encodeMachine(a, [])).not.toBe(encodeMachine(state, []));
  });
  test("counts what the host gives to who has a host object, where somebody has it", () => {
    const { platform, program, state } = load(HANDLER);
    const machine = openMachine(program, state, platform);
    const held = machine.promiseOf("held");
    const kept = machine.promiseOf(machine.hostObject("Kept", 7));
    const opened = machine.finish();
    const heldBy = (host: { readonly type: string; readonly id: number }): readonly number[] =>
      host.type === "Kept" && host.id === 7 ? [0, held.ref] : [];
    expect(encodeMachine(opened, [], heldBy)).toBe(encodeMachine(opened, []));
    expect(encodeMachine(opened, [kept.ref])).not.toContain("held");
    expect(encodeMachine(opened, [kept.ref], heldBy)).toContain("held");
  });
  test("is the same after the garbage was collected, and the machine goes on as before", () => {
    const loaded = load(HANDLER);
    const { platform, program } = loaded;
    const { state, instance } = request(loaded);
    const opened = platform.opened[0] ?? { ref: 0 };
    const roots = [instance.ref, opened.ref];
    const collected = collectMachine(state, roots);
    expect(encodeMachine(collected, roots)).toBe(encodeMachine(state, roots));
    expect(collected.heap.filter((object) => object !== null).length).toBeLessThan(state.heap.length - 3);
    platform.events.length = 0;
    const machine = openMachine(program, collected, platform);
    machine.resolve(opened, undefined);
    machine.runJobs();
    expect(platform.events.at(-1)).toBe("fetch resolved visit 1");
    expect(machine.finish().heap.length).toBeLessThanOrEqual(state.heap.length + 4);
  });
});
