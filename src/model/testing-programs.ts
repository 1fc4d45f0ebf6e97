/*
 * For tests: small handlers as a person would write them, from a grammar. Every one ends, and uses nothing that the model
 * does not have; what it awaits may never settle.
 */
import fc from "fast-check";
import type { EnabledChoice } from "./choice.ts";
import { designOf } from "./designs/index.ts";
import { enabled, initial, step } from "./model.ts";
import type { RunRecord } from "./records.ts";
import { DEFAULT_WORLD, type DesignChoice, type World } from "./setup.ts";
import type { State } from "./state.ts";
import { DESIGNS, program } from "./testing.ts";

/** A handler's module. `steps` are the statements of fetch(), kept apart so that a failure can be shrunk to few of them. */
function moduleOf(steps: readonly string[], alarm: readonly string[]): string {
  return `import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
const bytes = (text) => new TextEncoder().encode(text);
const told = (name, promise) => promise.then((value) => console.log(name, value), (error) => console.log(name, error.message));
export class Demo extends DurableObject {
  sockets = [];
  open(options) {
    this.take(connect("peer:9000", options));
  }
  take(socket) {
    this.sockets.push({ socket, writer: socket.writable.getWriter(), reader: socket.readable.getReader(), isClosing: false });
    told("closed", socket.closed);
  }
  close(entry) {
    entry.isClosing = true;
    return told("close()", entry.socket.close());
  }
  async pipe(entry, readable, options) {
    if (entry.isClosing) return;
    entry.writer.releaseLock();
    await told("piped", readable.pipeTo(entry.socket.writable, options));
    if (!entry.socket.writable.locked) entry.writer = entry.socket.writable.getWriter();
  }
  async pump(options) {
    if (this.sockets.length === 0) return;
    const from = this.sockets[0];
    from.reader.releaseLock();
    await this.pipe(this.sockets[this.sockets.length - 1], from.socket.readable, options);
  }
  async upgrade(entry) {
    entry.writer.releaseLock();
    entry.reader.releaseLock();
    const socket = entry.socket.startTls();
    told("secure", socket.opened);
    this.take(socket);
  }
  /** Chunks one after another, 'ms' apart, with what 'between' does before each but the first. */
  slow(ms, chunks, between) {
    let at = 0;
    return new ReadableStream({
      async pull(controller) {
        if (at > 0) await scheduler.wait(ms);
        if (at > 0) between();
        if (at === chunks.length) controller.close();
        else controller.enqueue(bytes(chunks[at++]));
      },
    }, { highWaterMark: 0 });
  }
  async add(n) {
    this.ctx.storage.put("n", n);
    return n;
  }
  last(use) {
    return this.sockets.length > 0 ? use(this.sockets[this.sockets.length - 1]) : Promise.resolve();
  }
  first(use) {
    return this.sockets.length > 0 ? use(this.sockets[0]) : Promise.resolve();
  }
  async fetch(request) {
    const path = new URL(request.url).pathname;
    const { storage } = this.ctx;
    if (path === "/inner") {
      storage.put("inner", 1);
      return new Response("inner");
    }
${steps.join("\n")}
    return new Response("ok " + path);
  }
  async alarm() {
    const { storage } = this.ctx;
${alarm.join("\n")}
  }
}
`;
}

const key = fc.constantFrom('"a"', '"b"', '"c"');
const number = fc.nat(9).map(String);
const text = fc.constantFrom("x", "hello", "0123456789");
const delay = fc.constantFrom("0", "1", "5", "30");
const options = fc.constantFrom(
  "",
  ", { allowUnconfirmed: true }",
  ", { allowConcurrency: true }",
  ", { noCache: true }",
);
const which = fc.constantFrom("this.last", "this.first");

const orTold = (step: string): string => `try { ${step} } catch (error) { console.log(error.message); }`;

const storageStep = fc.oneof(
  fc
    .tuple(fc.constantFrom("", "await "), key, number, options)
    .map(([wait, k, n, o]) => `${wait}storage.put(${k}, ${n}${o});`),
  number.map((n) => `storage.put({ a: ${n}, b: [${n}] });`),
  key.map((k) => `told("get", storage.get(${k}));`),
  key.map((k) => `await storage.get(${k});`),
  fc.constant('await storage.get(["a", "b"]);'),
  fc.constant('await storage.list({ prefix: "a" });'),
  fc.tuple(fc.constantFrom("", "await "), key).map(([wait, k]) => `${wait}storage.delete(${k});`),
  fc.constant("storage.deleteAll();"),
  fc.constant("await storage.sync();"),
  fc.constant('told("sync", storage.sync());'),
  // With the cache these throw.
  fc.tuple(key, number).map(([k, n]) => orTold(`storage.kv.put(${k}, ${n});`)),
  key.map((k) => orTold(`storage.kv.delete(${k});`)),
  fc.constant(orTold('storage.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER)");')),
  delay.map((ms) => `storage.setAlarm(Date.now() + ${ms});`),
  fc.constant("storage.deleteAlarm();"),
);

const socketStep = fc.oneof(
  fc.constantFrom("", "{ allowHalfOpen: true }", "{ highWaterMark: 4 }").map((o) => `this.open(${o});`),
  // Several writes on their way, some of them behind a put.
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom("", "this.open(); "), which, fc.constantFrom("", 'storage.put("a", 1); '))
      .map(
        ([open, of, put]) =>
          `${open}${of}(({ writer }) => { told("written", writer.write(bytes("one"))); ${put}told("written", writer.write(bytes("two"))); return told("written", writer.write(bytes("three"))); });`,
      ),
  },
  which.map((of) => `await ${of}(({ socket }) => told("opened", socket.opened));`),
  fc
    .tuple(which, text)
    .map(([of, t]) => `${of}(({ writer }) => told("written", writer.write(bytes("${t}"))));`),
  fc
    .tuple(which, text)
    .map(([of, t]) => `await ${of}(({ writer }) => told("written", writer.write(bytes("${t}"))));`),
  which.map((of) => `await ${of}(({ writer }) => told("ready", writer.ready));`),
  fc
    .tuple(fc.constantFrom("", "await "), which)
    .map(([wait, of]) => `${wait}${of}(({ writer }) => told("writer.close()", writer.close()));`),
  which.map((of) => `${of}(({ writer }) => told("abort", writer.abort(new Error("enough"))));`),
  which.map((of) => `told("read", ${of}(({ reader }) => reader.read().then(({ done }) => done)));`),
  which.map((of) => `await told("read", ${of}(({ reader }) => reader.read().then(({ done }) => done)));`),
  which.map((of) => `${of}(({ reader }) => told("cancel", reader.cancel()));`),
  fc
    .tuple(fc.constantFrom("", "await "), which)
    .map(([wait, of]) => `${wait}${of}((entry) => this.close(entry));`),
);

const sources = fc.oneof(
  fc.constant(
    'new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.enqueue(bytes("two")); c.close(); } })',
  ),
  fc.constant('new ReadableStream({ start(c) { c.enqueue(bytes("one")); c.error(new Error("broke")); } })'),
  fc.constant('new ReadableStream({ type: "bytes", start(c) { c.enqueue(bytes("one")); c.close(); } })'),
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        delay,
        fc.constantFrom(
          "",
          'storage.put("a", 1)',
          'storage.put("a", 1)',
          'storage.put("a", 1, { allowUnconfirmed: true })',
        ),
      )
      .map(([ms, put]) => `this.slow(${ms}, ["one", "two", "three"], () => { ${put} })`),
  },
);
const pipeOptions = fc.constantFrom(
  "",
  ", { preventClose: true }",
  ", { preventAbort: true, preventCancel: true }",
  ", { signal: AbortSignal.timeout(20) }",
);
const asked = fc.constantFrom("", "this.open(); ", "this.open(); this.open({ allowHalfOpen: true }); ");
const pipeStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(asked, fc.constantFrom("", "await "), which, sources, pipeOptions)
      .map(
        ([open, wait, of, source, how]) =>
          `${open}${wait}${of}((entry) => told("pipe", this.pipe(entry, ${source}${how})));`,
      ),
  },
  fc
    .tuple(
      asked,
      fc.constantFrom("", "{ preventClose: true }", "{ preventAbort: true, preventCancel: true }"),
    )
    .map(([open, how]) => `${open}told("pump", this.pump(${how}));`),
  fc
    .tuple(asked, which, text, fc.constantFrom("IdentityTransformStream", "TransformStream"))
    .map(
      ([open, of, t, type]) =>
        `${open}${of}((entry) => { const through = new ${type}(); const writer = through.writable.getWriter(); told("through", writer.write(bytes("${t}"))); told("through", writer.close()); return told("pipe", this.pipe(entry, through.readable)); });`,
    ),
);

const fetchStep = fc
  .tuple(
    fc.constantFrom("", "await "),
    fc.oneof(
      fc.constantFrom("", ', { method: "POST", body: "hello" }', ", { signal: AbortSignal.timeout(20) }"),
      sources.map((source) => `, { method: "POST", body: ${source} }`),
    ),
    fc.constantFrom("response.text()", "response.status"),
  )
  .map(
    ([wait, init, result]) =>
      `${wait}told("fetched", fetch("http://peer:9000/"${init}).then((response) => ${result}));`,
  );

const callStep = fc
  .tuple(
    fc.constantFrom("", "await "),
    fc.constantFrom('fetch("http://do/inner").then((r) => r.text())', "add(1)"),
  )
  .map(([wait, call]) => `${wait}told("called", this.env.DEMO.getByName("other").${call});`);

const tlsStep = fc.oneof(
  fc.constantFrom("starttls", "starttls", "on").map((how) => `this.open({ secureTransport: "${how}" });`),
  which.map((of) => `${of}((entry) => told("upgrade", this.upgrade(entry)));`),
  which.map(
    (of) =>
      `this.open({ secureTransport: "starttls" }); ${of}(({ writer }) => told("written", writer.write(bytes("hello")))); this.last((entry) => told("upgrade", this.upgrade(entry)));`,
  ),
);

const restStep = fc.oneof(
  delay.map((ms) => `await scheduler.wait(${ms});`),
  fc.constant("await null;"),
  fc.constant('console.log("here", path);'),
);

const simple = fc.oneof(
  { weight: 5, arbitrary: storageStep },
  { weight: 5, arbitrary: socketStep },
  { weight: 2, arbitrary: pipeStep },
  { weight: 1, arbitrary: fetchStep },
  { weight: 1, arbitrary: callStep },
  { weight: 1, arbitrary: tlsStep },
  { weight: 2, arbitrary: restStep },
);
const inner = fc.array(simple, { minLength: 1, maxLength: 3 }).map((steps) => steps.join(" "));
const txnStep = fc.oneof(
  fc.tuple(key, number).map(([k, n]) => `txn.put(${k}, ${n});`),
  key.map((k) => `await txn.delete(${k});`),
  key.map((k) => `await txn.get(${k});`),
  fc.constant("console.log([...(await txn.list()).keys()].join());"),
  delay.map((ms) => `txn.setAlarm(Date.now() + ${ms});`),
  // With the cache these take no part in the transaction.
  storageStep.filter((step) => !step.includes("deleteAll")),
  fc.constant("txn.rollback();"),
  fc.constant('throw new Error("in a transaction");'),
  socketStep.filter((step) => !step.includes("await")),
  restStep,
);

const block = fc.oneof(
  fc.tuple(delay, inner).map(([ms, body]) => `setTimeout(async () => { ${body} }, ${ms});`),
  inner.map((body) => `await this.ctx.blockConcurrencyWhile(async () => { ${body} });`),
  fc
    .array(txnStep, { minLength: 1, maxLength: 3 })
    .map((steps) => `await told("transaction", storage.transaction(async (txn) => { ${steps.join(" ")} }));`),
  fc
    .tuple(key, number, fc.constantFrom("", 'throw new Error("in a transaction");'))
    .map(([k, n, end]) => orTold(`storage.transactionSync(() => { storage.put(${k}, ${n}); ${end} });`)),
  inner.map((body) => `if (path === "/2") { ${body} }`),
  inner.map((body) => `this.ctx.waitUntil((async () => { ${body} })());`),
  fc.constantFrom(
    'if (path === "/2") this.ctx.abort("enough");',
    'if (path === "/3") throw new Error("thrown");',
    'return new Response("early");',
  ),
);

/** Source texts of handlers. */
const handlers: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 6, arbitrary: simple }, { weight: 2, arbitrary: block }), {
      minLength: 1,
      maxLength: 9,
    }),
    fc.array(
      fc.oneof(storageStep, socketStep).filter((step) => !step.includes("setAlarm")),
      { maxLength: 2 },
    ),
  )
  .map(([steps, alarm]) => {
    const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}`);
    return moduleOf(indented(steps), indented(alarm));
  });

/** What must hold in every run, under every design. */
const HOLD = new Set(["S2", "S3t", "SR", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S15", "S16"]);

/** What is wrong with a run: the handler is stuck, or a property is violated that its design keeps (MODEL 7.3). */
export function brokenPromises({ design }: Case, records: readonly RunRecord[]): readonly string[] {
  const { connectWaits, sinkWaits } = designOf(design);
  const isPiped = records.some((record) => record.kind === "output-passes" && record.output.type === "pipe");
  return records.flatMap((record) => {
    if (record.kind === "handler-stuck") return [`stuck: ${record.text}`];
    if (record.kind !== "violation") return [];
    const { property } = record;
    const output = record.cause === null ? undefined : records[record.cause];
    const type = output?.kind === "output-passes" ? output.output.type : "";
    const isKept =
      HOLD.has(property) ||
      (property === "S1" && (connectWaits || type === "fetch")) ||
      // A sink that asks the gate itself is a Socket's; the body of a fetch() has none (MODEL 10).
      (property === "S2p" && sinkWaits && !/^piped chunk 0 /.test(record.text)) ||
      // The end of what is piped asks nobody (SK10).
      (property === "S3" && !isPiped);
    return isKept ? [`${property}: ${record.text}`] : [];
  });
}

const answer = fc.constantFrom(
  "durable" as const,
  "fails" as const,
  "fails-stored" as const,
  "busy" as const,
);
const worlds: fc.Arbitrary<Partial<World>> = fc.record(
  {
    backend: fc.constantFrom("sqlite" as const, "cache" as const),
    commits: fc.constantFrom("replicated" as const, "blocking" as const, "bucket" as const),
    severalCommits: fc.boolean(),
    scheduling: fc.constantFrom("strict" as const, "relaxed" as const),
    windowBytes: fc.constantFrom(5, 65_536),
    service: fc.oneof(
      { weight: 5, arbitrary: fc.constant("network" as const) },
      { weight: 2, arbitrary: fc.constant("worker" as const) },
      { weight: 1, arbitrary: fc.constant("throws" as const) },
    ),
    peer: fc.constantFrom(
      {},
      { echo: true },
      { greet: "hi" },
      { finOnAccept: true },
      { rstAfterMs: 20 },
      { refuse: true },
      { blackhole: true },
      { readAfterMs: 40, reply: "answer" },
      { returnsAfterMs: 20 },
      { readAfterMs: 40, throwsAfterMs: 60 },
      { http: true },
      { reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
      { tls: true },
      { tls: true, echo: true },
    ),
    commitAnswers: fc.dictionary(
      fc.constantFrom("1", "2", "3"),
      answer.map((how) => [{ how }]),
      { maxKeys: 2 },
    ),
    requests: fc.constantFrom(["/1"], ["/1", "/2"], [["/1", "/2"], "/3"], ["/1", "/OBJECT:other/2", "/3"]),
  },
  { requiredKeys: ["requests"] },
);

/** A handler, the design and world that it runs in, and which of the enabled choices are taken. */
export interface Case {
  readonly source: string;
  readonly design: DesignChoice;
  readonly world: Partial<World>;
  readonly picks: readonly number[];
}
/** Random ones. */
export const cases: fc.Arbitrary<Case> = fc.record({
  source: handlers,
  design: fc.constantFrom(...Object.values(DESIGNS)),
  world: worlds,
  picks: fc.array(fc.nat(30), { maxLength: 40 }),
});

/** A run: every state, and what led from each to the next. */
export interface Taken {
  readonly states: readonly State[];
  readonly choices: readonly EnabledChoice[];
  readonly records: readonly RunRecord[];
}

/** Takes the choices that the numbers pick, then what is due, until nothing is or `most` steps are made. */
export function wander({ source, design, world, picks }: Case, most = 150): Taken {
  const from = initial({ program: program(source), design, world: { ...DEFAULT_WORLD, ...world } });
  const states: State[] = [from.state];
  const choices: EnabledChoice[] = [];
  const records: RunRecord[] = [...from.records];
  let { state } = from;
  for (let at = 0; at < most; at++) {
    const open = enabled(state);
    const pick = picks[at];
    const choice = pick === undefined ? open.find(({ due }) => due !== null) : open[pick % open.length];
    if (choice === undefined) break;
    const next = step(state, choice.choice);
    state = next.state;
    states.push(state);
    choices.push(choice);
    for (const record of next.records) records.push(record);
  }
  return { states, choices, records };
}
