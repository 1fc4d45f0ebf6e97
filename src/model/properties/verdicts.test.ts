/*
 * The table of MODEL 7.3: what each design is expected to keep and to break, and the handler that shows it.
 */
import { describe, expect, it } from "vitest";
import type { SocketId } from "../../base/ids.ts";
import { Draft } from "../draft.ts";
import { collectSocket } from "../lifetimes/collection.ts";
import { PlatformHost } from "../platform.ts";
import { DESIGNS, setup, walk, walkOn } from "../testing.ts";
import { judgeRest, PROPERTIES } from "./index.ts";

/** The handlers that MODEL 7.3 names as witnesses, and the choices that show it; what follows is the default schedule. */
const WITNESSES = {
  "put; connect": {
    body: `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`,
    keys: ["*"],
  },
  "put; connect, and the commit fails": {
    body: `
    storage.put("count", 1);
    const socket = connect("peer:9000");
    await socket.opened;
    return new Response("ok");`,
    keys: ["r1", "cf1", "*"],
  },
  "put; write": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    await socket.writable.getWriter().write(bytes("hello"));
    return new Response("ok");`,
    keys: ["*"],
  },
  "put; writer.close()": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    await socket.writable.getWriter().close();
    return new Response("ok");`,
    keys: ["*"],
  },
  "put; writer.close() not awaited; socket.close()": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("count", 1);
    const writer = socket.writable.getWriter();
    writer.write(bytes("held")).catch(() => {});
    writer.close().catch(() => {});
    await socket.close();
    return new Response("ok");`,
    keys: ["*"],
  },
  "writer.close(); put; socket.close()": {
    body: `
    const socket = connect("peer:9000");
    await socket.opened;
    await socket.writable.getWriter().close();
    storage.put("count", 1);
    await socket.close();
    return new Response("ok");`,
    keys: ["*"],
  },
  "put; startTls()": {
    body: `
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    await socket.opened;
    storage.put("count", 1);
    await socket.startTls().opened;
    return new Response("ok");`,
    keys: ["*"],
  },
  "a stream of the handler's own; the pipe starts; put; enqueue": {
    body: `
    const socket = connect("peer:9000");
    let controller;
    const source = new ReadableStream({ start(given) { controller = given; } });
    source.pipeTo(socket.writable, { preventClose: true });
    await socket.opened;
    controller.enqueue(bytes("one"));
    await scheduler.wait(1);
    storage.put("count", 1);
    controller.enqueue(bytes("two"));
    return new Response("ok");`,
    keys: ["*"],
  },
  "put; response": {
    body: `
    storage.put("count", 1);
    return new Response("ok");`,
    keys: ["*"],
  },
} as const;
type Witness = keyof typeof WITNESSES;

/** What a design breaks in a witness, the lints apart. */
function broken(witness: Witness, design: string): string[] {
  const { body, keys } = WITNESSES[witness];
  const { records, state } = walk(
    setup(body, design, { commitMs: 100, peer: { tls: witness === "put; startTls()" } }),
    keys,
  );
  const along = records.flatMap((record) => (record.kind === "violation" ? [record.property] : []));
  return [...new Set([...along, ...judgeRest(state).map(({ property }) => property)])].toSorted();
}

/** Designs whose connect() does not wait at the gate (MODEL 6 a and d). */
const UNGATED: ReadonlySet<string> = new Set([
  "ungated",
  "autogate off",
  "writes only, d0",
  "writes only, d1",
]);
/** The wrapper of d1 asks the gate for every chunk. */
const GATES_CHUNKS = "writes only, d1";

function expected(witness: Witness, design: string): string[] {
  const isUngated = UNGATED.has(design);
  switch (witness) {
    case "put; connect":
      return isUngated ? ["S1"] : [];
    case "put; connect, and the commit fails":
      return isUngated ? ["S1", "S4"] : [];
    case "put; writer.close() not awaited; socket.close()":
    case "writer.close(); put; socket.close()":
      return ["S3c"];
    case "a stream of the handler's own; the pipe starts; put; enqueue":
      return design === GATES_CHUNKS ? [] : ["S2p"];
    case "put; write":
    case "put; writer.close()":
    case "put; startTls()":
    case "put; response":
      return [];
  }
}

describe("the verdicts that MODEL 7.3 expects", () => {
  for (const design of Object.keys(DESIGNS)) {
    for (const witness of Object.keys(WITNESSES) as Witness[]) {
      const verdict = expected(witness, design);
      it(`${design} breaks ${verdict.join(" and ") || "nothing"} [${witness}]`, () => {
        expect(broken(witness, design)).toEqual(verdict);
      });
    }
  }
});

describe("the order of destruction that MODEL 7.3 expects (S14), where an object ends while connect() is held", () => {
  const ENDS_WHILE_HELD = `
    setTimeout(() => {
      storage.put("a", 1);
      connect("peer:9000");
      setTimeout(() => this.ctx.abort("gone"), 2);
    }, 1);
    return new Response("ok");`;
  // D5 of r1 takes a Socket that is collected before its status is known, which has a test of its own.
  const EDGES: Readonly<Record<string, readonly string[]>> = {
    ungated: ["D11"],
    "writes only, d0": ["D11"],
    "writes only, d1": ["D11"],
    r1: ["D4", "D11"],
    "r1 forwarding": ["D4", "D11"],
    "r1 fixed": ["D11"],
    "autogate off": ["D11"],
    "autogate on": ["D3", "D11"],
    main: ["D3", "D11"],
  };

  it.each(Object.keys(DESIGNS))("is robust under %s but for the edges of the table", (design) => {
    const { records } = walk(setup(ENDS_WHILE_HELD, design), ["*"]);
    const edges = records.flatMap((record) => (record.kind === "fragile-order" ? [record.edge] : []));
    expect([...new Set(edges)].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(
      EDGES[design],
    );
    const lint = PROPERTIES.filter(({ kind }) => kind === "lint");
    expect(lint.map(({ id }) => id)).toEqual(["S14"]);
    expect(records.some((record) => lint[0]?.reached(record))).toBe(true);
  });
});

describe("memory that is read after it is gone (S13)", () => {
  const CLOSES_WHILE_HELD = `
    const socket = connect("peer:9000");
    await socket.opened;
    storage.put("a", 1);
    socket.close();
    await scheduler.wait(100);
    return new Response("ok");`;

  it.each(["ungated", "r1", "autogate on"])(
    "D12: a Socket collected while its close() waits, under %s",
    (design) => {
      const { state } = walk(setup(CLOSES_WHILE_HELD, design), ["r1", "a1", "n1"]);
      const d = new Draft(state, (draft, actor) => new PlatformHost(draft, actor));
      collectSocket(d, 1 as SocketId, { isInContext: false, withStreams: true });
      const { records } = walkOn({ state: d.s, records: d.records }, ["*"]);
      const said = records.flatMap((record) =>
        record.kind === "violation" ? [`${record.property}: ${record.text}`] : [],
      );
      expect([...new Set(said)]).toEqual([
        "S13: a pointer that was borrowed (D12) is read after what it points to was destroyed",
      ]);
    },
  );
});
