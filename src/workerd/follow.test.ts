import { describe, expect, it } from "vitest";
import {
  ms,
  type RecordIndex,
  type RequestId,
  type SocketId,
  type StepIndex,
  type TurnId,
} from "../base/ids.ts";
import type { Choice, EnabledChoice } from "../model/choice.ts";
import type { OutsideEvent, RecordBody, RunRecord } from "../model/records.ts";
import { leftChoices, meets, worldOf } from "./circumstances.ts";
import { outcomesOf, parseScenario, type Scenario } from "./corpus.ts";
import type { Observation } from "./entries.ts";
import { START } from "./follow.ts";
import { observe } from "./observer.ts";
import { readOutcome } from "./recording.ts";

const SOCKET = 7 as SocketId;
const OTHER = 9 as SocketId;
const REQUEST = 1 as RequestId;

function recorded(
  syscalls: readonly string[],
  wire: readonly string[],
  changes: object = {},
): { scenario: Scenario; observation: Observation } {
  const logs = syscalls.flatMap((entry) => (entry.startsWith("log ") ? [entry.slice(4)] : []));
  const outcome = { wire, syscalls, logs, response: { status: 200, body: "ok" } };
  const parsed = parseScenario(
    "x",
    JSON.stringify({ title: "t", observed: { main: [outcome] }, ...changes }),
    "",
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [read] = outcomesOf(parsed.value, "main") ?? [];
  if (read === undefined) throw new Error("the outcome must exist");
  const observation = readOutcome(parsed.value, read);
  if (!observation.ok) throw new Error(observation.error);
  return { scenario: parsed.value, observation: observation.value };
}

const at = (body: RecordBody, time = 0): RunRecord => ({
  ...body,
  index: 0 as RecordIndex,
  step: 0 as StepIndex,
  at: ms(time),
  actor: null,
  cause: null,
  line: null,
  writes: [],
});
const outside = (event: OutsideEvent): RunRecord => at({ kind: "outside", event });
const log = (text: string): RunRecord => at({ kind: "log", text });
const request = outside({ type: "request", request: REQUEST, path: "/" });
const sent = (status = 200, id: number = REQUEST) =>
  outside({ type: "response-sent", request: id as RequestId, status, body: "" });
const got = (id: number = REQUEST) =>
  outside({ type: "response", request: id as RequestId, status: 200, body: "ok" });
const response = [sent(), got()];
const syn = (socket: SocketId): RunRecord => outside({ type: "syn", socket, address: "peer:9000" });
const send = (text: string): RunRecord => outside({ type: "send", socket: SOCKET, bytes: text.length, text });
const receive = (text: string): RunRecord =>
  outside({ type: "receive", socket: SOCKET, bytes: text.length, text });
const on = (type: "accept" | "fin-sent" | "fin-received" | "closed", socket = SOCKET): RunRecord =>
  outside({ type, socket });

/** What following the records says: null when they explain everything. */
function follow(
  { scenario, observation }: ReturnType<typeof recorded>,
  records: readonly RunRecord[],
): unknown {
  const observer = observe(scenario, observation);
  const followed = observer.follow(observer.start, records);
  if (followed.type === "differs") return `the model: ${followed.saw}`;
  if (followed.type === "stuck") return followed.text;
  return observer.isComplete(followed.progress) ? null : observer.missing(followed.progress);
}

describe("following the model along a recording", () => {
  const hello = recorded(
    ["request /", "connect", 'send "hello"', "log sent", "shutdown WR", "response 200"],
    ["accept", 'data "hello"', "fin", "close"],
  );

  it("explains a recording by records, bytes in parts and the far end at its own pace", () => {
    const records = [
      request,
      syn(SOCKET),
      send("hel"),
      on("accept"),
      send("lo"),
      receive("he"),
      log("sent"),
      on("fin-sent"),
    ];
    const rest = [receive("llo"), on("fin-received"), ...response, on("closed")];
    expect(follow(hello, [...records, ...rest])).toBeNull();
    expect(follow(hello, records)).toEqual(["response 200", 'the far end sees data "hello"']);
  });

  it("notices other bytes, another order and another status", () => {
    expect(follow(hello, [request, syn(SOCKET), send("help")])).toBe('the model: send "help"');
    expect(follow(hello, [request, syn(SOCKET), send("hell"), log("sent")])).toBe("the model: log sent");
    expect(follow(hello, [syn(SOCKET)])).toBe("the model: connect");
    const before = [request, syn(SOCKET), send("hello"), log("sent"), on("fin-sent")];
    expect(follow(hello, [...before, sent(500)])).toBe("the model: response 500 to request 1");
  });

  it("keeps the wires of two connections apart, counted by connect()", () => {
    const two = recorded(["request /", "connect", "#2 connect", "response 200"], ["accept", "#2 accept"]);
    const start = [request, syn(SOCKET), syn(OTHER), ...response];
    expect(follow(two, [...start, on("accept", OTHER), on("accept")])).toBeNull();
    expect(follow(two, [...start, on("accept", OTHER), on("accept", OTHER)])).toBe(
      "the model: the far end of #2 sees accept",
    );
  });

  it("does not ask for the end of a connection that nobody at the far end saw end", () => {
    const refused = recorded(["request /", "connect", "close", "response 200"], []);
    expect(follow(refused, [request, syn(SOCKET), on("fin-sent"), ...response])).toBeNull();
    expect(follow(refused, [request, syn(SOCKET), ...response])).toBeNull();
  });

  it("takes the response of a group with the last answer", () => {
    const group = recorded(["request /a and /b", "log x", "response 200"], [], {
      requests: [["/a", "/b"]],
      observed: {
        main: [
          {
            wire: [],
            syscalls: ["request /a and /b", "log x", "response 200"],
            logs: ["x"],
            responses: [{ status: 500 }, { status: 200 }],
          },
        ],
      },
    });
    const requests = [1, 2].map((id) =>
      outside({ type: "request", request: id as RequestId, path: id === 1 ? "/a" : "/b" }),
    );
    const answers = [sent(500, 1), sent(200, 2)];
    expect(follow(group, [...requests, ...answers, got(2), log("x"), got(1)])).toBeNull();
    expect(follow(group, [...requests, ...answers, got(1), got(2)])).toBe(
      "the model: the response to request 1 and 2",
    );
    expect(follow(group, [...requests, sent(200, 1)])).toBe("the model: response 200 to request 1");
  });

  it("takes a response anywhere between the turn after it left the object and its arrival", () => {
    const early = recorded(["request /", "response 200", "log a", "log b"], []);
    const turnEnds = at({ kind: "turn-ends", turn: 1 as TurnId });
    expect(follow(early, [request, sent(), turnEnds, log("a"), log("b"), got()])).toBeNull();
    expect(follow(early, [request, sent(), log("a"), turnEnds, log("b"), got()])).toBe("the model: log a");
    expect(follow(early, [request, sent(), got(), log("a"), log("b")])).toBeNull();
    expect(follow(early, [request, log("a"), sent(), log("b"), got()])).toBe("the model: log a");
    const late = recorded(["request /", "log a", "log b", "response 200"], []);
    expect(follow(late, [request, sent(), log("a"), log("b"), got()])).toBeNull();
    expect(follow(late, [request, sent(), log("a"), got(), log("b")])).toBe(
      "the model: the response to request 1",
    );
  });

  it("says when the handler cannot go on", () => {
    expect(follow(hello, [request, at({ kind: "handler-stuck", text: "too far" })])).toBe("too far");
  });

  it("splits logged text into lines", () => {
    const lines = recorded(["request /", "log a", "log b", "response 200"], []);
    expect(follow(lines, [request, log("a\n\nb"), ...response])).toBeNull();
  });
});

describe("the circumstances of a recording", () => {
  const option = (
    choice: Choice,
    due: number | null,
    role: EnabledChoice["role"] = "ordinary",
  ): EnabledChoice => ({
    choice,
    key: JSON.stringify(choice),
    due: due === null ? null : ms(due),
    role,
    title: "",
    detail: "",
  });
  const plain = recorded(["request /", "response 200"], []);
  const left = (
    options: readonly EnabledChoice[],
    { scenario, observation } = plain,
    progress = START,
  ): readonly string[] =>
    leftChoices(scenario, observation, progress, options).map(({ choice }) => choice.type);

  it("exclude what the far end does not do", () => {
    const options = [
      option({ type: "accept", socket: SOCKET }, 0),
      option({ type: "refuse", socket: SOCKET }, null, "failure"),
      option({ type: "peer-rst", socket: SOCKET }, null, "failure"),
      option({ type: "client-disconnects", request: REQUEST }, null, "failure"),
    ];
    expect(left(options)).toEqual(["accept"]);
    expect(left(options, recorded(["request /", "response 200"], [], { peer: { refuse: true } }))).toEqual([
      "refuse",
    ]);
    expect(left(options, recorded(["request /", "response 200"], [], { peer: { blackhole: true } }))).toEqual(
      [],
    );
  });

  it("let commits fail exactly as the fault says", () => {
    const options = [
      option({ type: "commit-durable", commit: 1 as never }, 0),
      option({ type: "commit-fails", commit: 1 as never }, null, "failure"),
      option({ type: "commit-fails-stored", commit: 1 as never }, null, "failure"),
    ];
    const faulty = (fsync: string) =>
      recorded(["request /", "fsync", "fsync EIO", "fsync EIO", "response 200"], [], { fault: { fsync } });
    const upTo = (entry: number) => ({ ...START, main: { entry, bytes: 0 } });
    expect(left(options)).toEqual(["commit-durable"]);
    expect(left(options, faulty("2+"), upTo(1))).toEqual(["commit-durable"]);
    expect(left(options, faulty("2+"), upTo(2))).toEqual(["commit-fails-stored"]);
    expect(left(options, faulty("1+"), upTo(1))).toEqual(["commit-fails-stored"]);
    // An fsync that works again rolls back what the failed one has left.
    expect(left(options, faulty("1"), upTo(1))).toEqual(["commit-fails"]);
    expect(left(options, faulty("2"), upTo(3))).toEqual(["commit-durable"]);
    expect([1, 2, 3, 4, 5].filter((call) => meets("2..4", call))).toEqual([2, 3, 4]);
    expect([1, 2, 3, 4, 5].filter((call) => meets("2+2", call))).toEqual([2, 4]);
  });

  it("let timers fire only after all that takes no time, and not after the watch", () => {
    const timer = (due: number) => option({ type: "timer", timer: 1 as never }, due);
    expect(left([timer(20), option({ type: "response", request: REQUEST }, 0)])).toEqual(["response"]);
    expect(left([timer(20), timer(22), timer(50)])).toEqual(["timer", "timer"]);
    const answered = { ...START, answered: [REQUEST], answeredAt: 10 };
    expect(left([timer(310)], plain, answered)).toEqual(["timer"]);
    expect(left([timer(311)], plain, answered)).toEqual([]);
  });

  it("name what the world of the model lacks", () => {
    expect(
      worldOf(recorded(["request /", "response 200"], [], { peer: { stutters: true } }).scenario),
    ).toEqual({
      ok: false,
      error: 'the far end does "stutters", which the model\'s world lacks',
    });
    expect(
      worldOf(recorded(["request /", "response 200"], [], { v8Flags: ["--stress-flush-code"] }).scenario),
    ).toMatchObject({ ok: false });
  });
});
