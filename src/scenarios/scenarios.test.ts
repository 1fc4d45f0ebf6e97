import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../model/records.ts";
import type { DesignChoice } from "../model/setup.ts";
import { DESIGNS, story } from "../model/testing.ts";
import { simulate } from "../run/simulate.ts";
import { orderOfRun } from "../timeline/recorded-order.ts";
import { SCENARIOS } from "./index.ts";
import type { Scenario } from "./scenario.ts";

async function records(
  id: string,
  design?: DesignChoice,
  keys: readonly string[] = [],
): Promise<readonly RunRecord[]> {
  const scenario = SCENARIOS.find((candidate) => candidate.id === id) as Scenario;
  const made = simulate(
    { program: (await scenario.load()).program, world: scenario.world, design: design ?? scenario.design },
    keys,
  );
  if (!made.ok) throw new Error(made.error.message);
  expect(made.value.end).toBe("quiet");
  return made.value.records;
}

const main = DESIGNS.main as DesignChoice;

/** What main violates: pipes and response bodies from streams of the handler's own. */
const LEAKS: Readonly<Record<string, readonly string[]>> = {
  "piped-chunks": ["violates S2p"],
  "close-before-commit": ["violates S3c"],
  "streamed-response": ["violates SR"],
};

/** Position of a line of the story, which must be in it. */
function at(told: readonly string[], line: string): number {
  expect(told).toContain(line);
  return told.indexOf(line);
}

describe("the built-in scenarios", () => {
  it("are at least ten, each with an id, a title and one sentence of its own", async () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(10);
    for (const field of ["id", "title", "sentence"] as const) {
      expect(new Set(SCENARIOS.map((scenario) => scenario[field])).size).toBe(SCENARIOS.length);
    }
    for (const { sentence } of SCENARIOS) expect(sentence).toMatch(/^[a-zA-Z].*[^.]\.$/);
  });

  for (const { id } of SCENARIOS) {
    for (const [name, design] of Object.entries(DESIGNS)) {
      it(`${id} comes to rest under ${name}`, async () => {
        expect((await records(id, design)).some((record) => record.kind === "handler-stuck")).toBe(false);
      });
    }
  }

  it("show no violation under main, but for the leaks that main has", async () => {
    for (const { id } of SCENARIOS) {
      const violated = story(await records(id, main)).filter((line) => line.startsWith("violates"));
      expect([...new Set(violated)], id).toEqual(LEAKS[id] ?? []);
    }
  });
});

describe("what the scenarios say", () => {
  it("an alarm that sends mail: the connection waits for its put, the ClientHello for the plain text, the end is a commit", async () => {
    const told = story(await records("alarm-starttls"));
    expect(at(told, "alarm")).toBeGreaterThan(at(told, "response 200 queued"));
    expect(at(told, "syn")).toBeGreaterThan(at(told, "commit 2 durable"));
    expect(at(told, "receive <TLS ClientHello>")).toBeGreaterThan(at(told, "receive STARTTLS"));
    expect(at(told, "receive try 0")).toBeLessThan(at(told, "fin-received"));
    expect(at(told, "alarm-result")).toBeGreaterThan(at(told, "commit 3 durable"));
  });

  it("the commit fails before the connection: a connection under ungated, nothing under main", async () => {
    expect(story(await records("commit-fails-first"))).toContain("accept");
    expect(story(await records("commit-fails-first"))).toContain("violates S1");
    expect(story(await records("commit-fails-first", main))).not.toContain("syn");
  });

  it("connect, then put: the connection goes at once, the bytes are held", async () => {
    const told = story(await records("connect-then-put"));
    expect(at(told, "log opened")).toBeLessThan(at(told, "commit 1 durable"));
    expect(at(told, "send debit 10\n")).toBeGreaterThan(at(told, "commit 1 durable"));
  });

  it("piped chunks leave before the commit, their end and what goes through an identity stream do not", async () => {
    const piped = story(await records("piped-chunks"));
    expect(at(piped, "send after the put\n")).toBeLessThan(at(piped, "commit 1 durable"));
    expect(at(piped, "fin-sent")).toBeGreaterThan(at(piped, "commit 1 durable"));
    const identity = story(await records("identity-stream"));
    expect(at(identity, "send after the put\n")).toBeGreaterThan(at(identity, "commit 1 durable"));
  });

  it("chunks of a response leave before their puts are durable", async () => {
    const told = story(await records("streamed-response"));
    expect(at(told, "body-received step 1\n")).toBeLessThan(at(told, "commit 1 durable"));
  });

  it("several puts, one commit", async () => {
    expect(story(await records("puts-coalesced")).filter((line) => line.includes("starts"))).toEqual([
      "commit 1 starts",
    ]);
  });

  it("bytes queued while held leave in order after the commit", async () => {
    const told = story(await records("bytes-queued"));
    expect(at(told, "log queued")).toBeLessThan(at(told, "commit 1 durable"));
    expect(told.filter((line) => line.startsWith("send"))).toEqual([
      "send begin\n",
      "send debit 10\n",
      "send end\n",
    ]);
  });

  it("allowUnconfirmed: connection and response go at once, and a failure resets the object", async () => {
    const told = story(await records("allow-unconfirmed"));
    expect(at(told, "response-sent 200 counted")).toBeLessThan(at(told, "commit 1 durable"));
    expect(story(await records("allow-unconfirmed", main, ["r1", "cf1"]))).toContain("object ends");
  });

  it("sync() continues when the commit is durable, an awaited put before", async () => {
    const told = story(await records("sync-then-connect"));
    expect(at(told, "log put resolved, not durable yet")).toBeLessThan(at(told, "commit 1 starts"));
    expect(at(told, "log durable")).toBeGreaterThan(at(told, "commit 1 durable"));
  });

  it("two sockets: only the second one is held", async () => {
    const told = story(await records("two-sockets"));
    expect(at(told, "syn")).toBeLessThan(at(told, "commit 1 durable"));
    expect(told.lastIndexOf("syn")).toBeGreaterThan(at(told, "commit 1 durable"));
  });

  it("half-open: the object writes after the far end's FIN, and what it writes waits for the commit", async () => {
    const told = story(await records("half-open"));
    expect(at(told, "log far end has finished: true")).toBeGreaterThan(at(told, "peer-fin"));
    expect(at(told, "send still talking")).toBeGreaterThan(at(told, "commit 1 durable"));
  });

  it("close while held: connected after the commit, then closed", async () => {
    const told = story(await records("close-while-held"));
    expect(at(told, "accept")).toBeGreaterThan(at(told, "commit 1 durable"));
    expect(at(told, "log close() resolved")).toBeGreaterThan(at(told, "accept"));
  });

  it("backpressure: desiredSize falls to zero or below and the loop waits for the far end to read", async () => {
    const told = story(await records("backpressure"));
    const sizes = told.flatMap((line) => (line.startsWith("log room for ") ? [Number(line.slice(13))] : []));
    expect(Math.min(...sizes)).toBeLessThanOrEqual(0);
    expect(told.filter((line) => line.startsWith("receive")).join("")).toBe(
      [1, 2, 3, 4].map((i) => `receive chunk ${i}\n`).join(""),
    );
  });

  it("ping-pong: every ping waits for its own commit", async () => {
    const told = story(await records("ping-pong"));
    for (const round of [1, 2, 3])
      expect(at(told, `send ping ${round}`)).toBeGreaterThan(at(told, `commit ${round} durable`));
  });

  it("another request's put holds the connection", async () => {
    const told = story(await records("other-request"));
    expect(at(told, "syn")).toBeGreaterThan(at(told, "commit 1 durable"));
  });

  it("the next life has a new memory and what was durable", async () => {
    const told = story(await records("next-life"));
    expect(told.at(-1)).toBe("response 200 in memory 1, stored 1");
  });

  it("a held fetch(): no connection before the commit, and the answer's put is a commit of its own", async () => {
    const told = story(await records("fetch-held"));
    expect(at(told, "syn")).toBeGreaterThan(at(told, "commit 1 durable"));
    expect(at(told, "log billing says 200")).toBeLessThan(at(told, "put invoice"));
    expect(at(told, "response-sent 200 done")).toBeGreaterThan(at(told, "commit 2 durable"));
  });

  it("calling another object: the call and its result each wait for a commit", async () => {
    const told = story(await records("call-another-object"));
    expect(told.filter((line) => /^(put|commit|response )/.test(line))).toEqual([
      "put balance",
      "commit 1 starts",
      "commit 1 durable",
      "put balance",
      "commit 2 starts",
      "commit 2 durable",
      "response 200 savings: 10",
    ]);
    expect(story(await records("call-another-object", main, ["r1", "cf1"]))).not.toContain("commit 2 starts");
  });

  it("WebSocket messages: the one before the put leaves at once, the others wait", async () => {
    const told = story(await records("websocket-messages"));
    expect(at(told, "send price 10")).toBeLessThan(at(told, "commit 1 durable"));
    expect(at(told, "send price 11")).toBeGreaterThan(at(told, "commit 1 durable"));
    expect(at(told, "send done")).toBeGreaterThan(at(told, "send price 11"));
  });

  it("refused connection: learnt after the commit", async () => {
    const told = story(await records("connect-refused"));
    expect(at(told, "refuse")).toBeGreaterThan(at(told, "commit 1 durable"));
    expect(told.at(-1)).toBe("response 503 no ledger");
  });

  it("the order that the review called fragile: in the first revision, in what was merged, and not in the fixed one", async () => {
    const fragile = async (id: string, design?: DesignChoice): Promise<readonly string[]> =>
      (await records(id, design)).flatMap((record) =>
        record.kind === "fragile-order" && record.verdict === "fragile"
          ? [`${record.edge}: ${record.text}`]
          : [],
      );
    const [inReview] = await fragile("order-in-review");
    expect(inReview).toMatch(/^D4: safe only because nothing runs in between/);
    expect(await fragile("order-in-review", { id: "deferred-r1-fixed" })).toEqual([]);
    for (const design of [undefined, main]) {
      expect(await fragile("order-as-merged", design)).toEqual([
        "D3: safe only because nothing runs in between: exactly the order that the review called fragile",
      ]);
    }
    for (const id of ["order-in-review", "order-as-merged"])
      expect((await records(id)).some((record) => record.kind === "dead-read")).toBe(false);
  });

  it("the address that the review called dangling: read dead as the review read the code, and not as the code is", async () => {
    const reads = async (design?: DesignChoice): Promise<readonly string[]> =>
      (await records("address-in-review", design)).flatMap((record) =>
        record.kind === "dead-read" ? [record.edge] : [],
      );
    expect(await reads()).toEqual(["D5"]);
    expect(story(await records("address-in-review"))).toContain("violates S13");
    for (const id of ["deferred-r1", "deferred-r1-fixed", "promised-interface", "main"] as const)
      expect(await reads({ id })).toEqual([]);
  });

  it("a socket collected while it closes: close() goes on with freed memory, and main holds the socket", async () => {
    const reads = async (design?: DesignChoice): Promise<readonly string[]> =>
      (await records("close-collected", design)).flatMap((record) =>
        record.kind === "dead-read" ? [record.edge] : [],
      );
    expect(await reads()).toContain("D12");
    expect(await reads(DESIGNS.ungated)).toContain("D12");
    expect(await reads(main)).toEqual([]);
  });

  it("the stream is taken out of its socket: ConnectionData dies, the connection opens, and the slot has travelled", async () => {
    for (const [design, slotDies] of [
      [main, false],
      [DESIGNS.ungated, true],
    ] as const) {
      const made = await records("taken-stream", design);
      const told = story(made);
      expect(at(told, "log closed")).toBeLessThan(at(told, "log taken"));
      expect(at(told, "log taken")).toBeLessThan(at(told, "log opened"));
      const types = new Map(
        made.flatMap((one) => (one.kind === "made" ? [[one.thing, one.type] as const] : [])),
      );
      const gone = made.flatMap((one) => (one.kind === "destroyed" ? [types.get(one.thing)] : []));
      expect(gone).toContain("ConnectionData");
      expect(gone.includes("tlsStarter")).toBe(slotDies);
      expect(gone).not.toContain("connectionStream");
    }
  });
});

describe("a scenario that was recorded on real workerd", () => {
  const recorded = SCENARIOS.filter(({ recording }) => recording !== undefined);

  it("is one of the two whose outputs pass the gate of main", () => {
    expect(recorded.map(({ id }) => id)).toEqual(["piped-chunks", "close-before-commit"]);
  });

  it.each(recorded.map((scenario) => [scenario.id, scenario] as const))(
    "was recorded with the very handler that is built in, and the model's run goes the same way: %s",
    async (id, { load, recording, design, world }) => {
      const { source, program } = await load();
      const handler = readFileSync(
        path.resolve(import.meta.dirname, `../../e2e/workerd/cluster-corpus/scenario-${id}.js`),
        "utf8",
      );
      // The recorder knows the far end, and the class, by names of its own.
      expect(handler).toBe(source.replace("ledger:9000", "peer:9000").replace("class Account", "class Demo"));
      const seen = await recording?.();
      expect(seen?.outcomes).toHaveLength(1);
      const run = simulate({ program, design, world }, []);
      if (!run.ok) throw new Error(run.error.message);
      expect(orderOfRun(run.value.records)).toEqual(seen?.outcomes[0]?.order);
    },
  );
});
