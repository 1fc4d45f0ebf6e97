import { describe, expect, it } from "vitest";
import { type Outcome, outcomesOf, parseScenario, type Scenario } from "./corpus.ts";
import { type Observation, showEntry, showWireEntry } from "./entries.ts";
import { mutationsOf } from "./mutations.ts";
import { readOutcome } from "./recording.ts";

/** A scenario with one outcome, from its two lists as text. */
function scenarioOf(
  syscalls: string,
  wire: string,
  changes: object = {},
): { scenario: Scenario; outcome: Outcome } {
  const list = (text: string): string[] => (text === "" ? [] : text.split(" | "));
  const logs = list(syscalls).flatMap((entry) => (entry.startsWith("log ") ? [entry.slice(4)] : []));
  const outcome = { wire: list(wire), syscalls: list(syscalls), logs, response: { status: 200 }, runs: 1 };
  const data = { title: "t", observed: { main: [{ ...outcome, ...changes }] }, ...changes };
  const parsed = parseScenario("x", JSON.stringify(data), "");
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [read] = outcomesOf(parsed.value, "main") ?? [];
  if (read === undefined) throw new Error("the outcome must exist");
  return { scenario: parsed.value, outcome: read };
}

function read(syscalls: string, wire: string, changes: object = {}): Observation {
  const { scenario, outcome } = scenarioOf(syscalls, wire, changes);
  const observation = readOutcome(scenario, outcome);
  if (!observation.ok) throw new Error(observation.error);
  return observation.value;
}

const show = ({ entries }: Observation): string => entries.map(showEntry).join(" | ");
const END = "end (shutdown WR or close)";

describe("a recording as comparable entries", () => {
  it("leaves out what the kernel was asked for, and joins neighbouring sends", () => {
    const observation = read(
      'request / | connect | send "a" | recv "x" | send "b" | log c | send "d" | recv EOF | response 200',
      'accept | data "abd"',
    );
    expect(show(observation)).toBe('request / | connect | send "ab" | log c | send "d" | response 200');
  });

  it("takes shutdown, or close without one, as the end of what the far end gets", () => {
    expect(
      show(read("request / | connect | shutdown WR | close | response 200", "accept | fin | close")),
    ).toBe(`request / | connect | ${END} | response 200`);
    expect(show(read("request / | connect | close | response 200", "accept | rst | close"))).toBe(
      `request / | connect | ${END} | response 200`,
    );
  });

  it("leaves out the close of a connection whose far end did not see it end", () => {
    expect(show(read("request / | connect | close | response 200", ""))).toBe(
      "request / | connect | response 200",
    );
    const reset = read("request / | connect | recv ECONNRESET | close | response 200", "accept | close");
    expect(show(reset)).toBe("request / | connect | response 200");
  });

  it("tells commits from the closing of a database that failed", () => {
    const eio = read("request / | fsync | fsync EIO | fsync EIO | response 200", "");
    expect(eio.entries.map(({ kind }) => kind)).toEqual(["request", "commit", "commit-fails", "response"]);
    const full = read("request / | disk write ENOSPC | fsync | fsync | response 200 | fsync", "");
    expect(full.entries.map(({ kind }) => kind)).toEqual(["request", "commit-fails", "response", "commit"]);
  });

  it("knows the closing of a database by ctx.abort() from the caller's error", () => {
    const kindsOf = (disk: string, body: string): readonly string[] =>
      read(`request / | ${disk} | response 500`, "", { response: { status: 500, body } }).entries.map(
        ({ kind }) => kind,
      );
    const reason = 'caller sees Error: by hand {"remote":true,"durableObjectReset":true}';
    expect(kindsOf("fsync | fsync | fsync", reason)).toEqual(["request", "commit", "response"]);
    expect(kindsOf("fsync EIO", reason)).toEqual(["request", "response"]);
    const storage = reason.replace("by hand", "disk I/O error: SQLITE_IOERR");
    expect(kindsOf("fsync EIO | fsync EIO", storage)).toEqual(["request", "commit-fails", "response"]);
  });

  it("splits the request of a group and keeps connections apart", () => {
    const observation = read(
      "request /a and /b | connect | #2 connect | response 200",
      "accept | #2 accept | #2 fin",
      {
        requests: [["/a", "/b"]],
        responses: [{ status: 200 }, { status: 200 }],
        response: undefined,
      },
    );
    expect(show(observation)).toBe("request /a | request /b | connect | #2 connect | response 200");
    expect(
      observation.wires.flatMap((wire, index) => wire.map((entry) => showWireEntry(index + 1, entry))),
    ).toEqual(["the far end sees accept", "the far end of #2 sees accept", "the far end of #2 sees fin"]);
  });

  it("knows long data by its length, and TLS records by theirs with their headers", () => {
    const long = read(
      "request / | connect | send <70000 bytes in parts> | response 200",
      "accept | data <70000 bytes>",
    );
    expect(show(long)).toBe("request / | connect | send <70000 bytes> | response 200");
    const tls = read(
      "request / | connect | send <TLS handshake 215 bytes> | send <TLS alert 2 bytes> | response 200",
      "accept | data <TLS handshake 215 bytes><TLS alert 2 bytes>",
    );
    expect(show(tls)).toBe("request / | connect | send <227 bytes> | response 200");
  });
});

describe("wrong variants of a recording", () => {
  const observation = read(
    'request / | fsync | connect | send "hi" | shutdown WR | log done | response 200',
    'accept | data "hi" | fin | close',
  );
  const mutations = mutationsOf(observation);
  const of = (type: string, what: RegExp): string[] =>
    mutations
      .filter((mutation) => mutation.type === type && what.test(mutation.what))
      .map(({ observation: { entries, wires } }) =>
        [
          entries.map(showEntry).join(" | "),
          ...wires.map((wire) => wire.map((one) => showWireEntry(1, one)).join(", ")),
        ].join(" // "),
      );

  it("are as many as there are neighbours, entries, and entries that can be repeated", () => {
    const count = (type: string): number => mutations.filter((mutation) => mutation.type === type).length;
    // Seven entries: six pairs of neighbours, seven entries to drop; connect, send, log and response can be invented.
    expect([count("swapped"), count("dropped"), count("invented")]).toEqual([6, 7, 4]);
  });

  it("change the wire where it mirrors the entry", () => {
    expect(of("swapped", /^"end .* before "send/)).toEqual([
      `request / | fsync | connect | ${END} | send "hi" | log done | response 200 // the far end sees accept, the far end sees fin, the far end sees data "hi", the far end sees close`,
    ]);
    expect(of("dropped", /send/)).toEqual([
      `request / | fsync | connect | ${END} | log done | response 200 // the far end sees accept, the far end sees fin, the far end sees close`,
    ]);
    expect(of("dropped", /end \(/)).toEqual([
      'request / | fsync | connect | send "hi" | log done | response 200 // the far end sees accept, the far end sees data "hi"',
    ]);
    expect(of("dropped", /connect/)[0]).not.toContain("//");
    expect(of("invented", /#2 connect/)[0]).toMatch(
      /connect \| #2 connect .*\/\/ .*\/\/ the far end sees accept$/,
    );
  });

  it("leave the wire alone where it does not mirror the entries", () => {
    const unread = read('request / | connect | send "hi" | response 200', "accept");
    const dropped = mutationsOf(unread).find(({ type, kinds }) => type === "dropped" && kinds === "send");
    expect(dropped?.observation.wires).toEqual(unread.wires);
  });
});
