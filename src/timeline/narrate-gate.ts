/*
 * What is said about writes and the output gate: locks, and the outputs that wait or cross.
 */
import { unreachable } from "../base/assert.ts";
import type { RecordIndex, WriteId } from "../base/ids.ts";
import type { Output, RecordOf } from "../model/records.ts";
import { isDurableAt } from "./facts.ts";
import { bad, type Context, good, held, type Narration, say, strong } from "./narration.ts";
import {
  bare,
  byteText,
  capitalised,
  clientText,
  count,
  outputPhrase,
  socketText,
  timeText,
  verb,
  writesText,
  writeText,
} from "./words.ts";

/** Kinds that this file speaks for. */
export type GateKind =
  | "write-accepted"
  | "alarm-scheduled"
  | "alarm-refused"
  | "lock-taken"
  | "lock-released"
  | "gate-breaks"
  | "output-waits"
  | "output-passes"
  | "output-dropped";

/** The sentence for a record of storage or of the output gate. */
export function narrateGate(record: RecordOf<GateKind>, context: Context): Narration {
  const { facts, followers } = context;
  switch (record.kind) {
    case "write-accepted":
      return narrateWrite(record, context);
    case "alarm-scheduled":
      return record.atMs === null
        ? say("The ", strong("alarm manager"), ` forgets the alarm of ${record.name}.`)
        : say(
            "The ",
            strong("alarm manager"),
            ` will call alarm() of ${record.name} at ${timeText(record.atMs)}, whatever becomes of this life of the object.`,
          );
    case "alarm-refused":
      return say(
        "The ",
        strong("alarm manager"),
        " ",
        bad("fails"),
        `, so commit ${record.commit} never goes out (${bare(record.error)}).`,
      );
    case "lock-taken":
      return say(
        "The output gate is ",
        held(`locked by lock ${record.lock}`),
        ` until commit ${record.commit} is durable.`,
      );
    case "lock-released":
      return say(`Lock ${record.lock} is `, good("released"), ".");
    case "gate-breaks":
      return say(
        bad("The output gate breaks"),
        ": nothing that waits behind this lock is ever seen outside, and the object is reset.",
      );
    case "output-waits":
      return narrateWait(record, context);
    case "output-passes":
      return narratePass(record, context);
    case "output-dropped": {
      const dropped = [record, ...followers.filter((one) => one.kind === "output-dropped")];
      const others = dropped.length > 1 ? ` and ${count(dropped.length - 1, "other output")}` : "";
      const isOne = others === "" && record.output.type !== "write";
      return say(
        bad(`${capitalised(outputPhrase(facts, record.output))}${others}`),
        ` ${isOne ? "is" : "are"} `,
        bad("struck out"),
        `: ${bare(record.why)}. Nobody outside will ever see ${isOne ? "it" : "them"}.`,
      );
    }
    default:
      return unreachable(record);
  }
}

function narrateWrite(record: RecordOf<"write-accepted">, { facts, followers }: Context): Narration {
  const write = strong(writeText(facts, record.write));
  const lock = followers.find((one) => one.kind === "lock-taken");
  if (!record.confirmed) {
    return say(
      write,
      " is accepted, unconfirmed: it does not lock the output gate, but its failure would still break it.",
    );
  }
  if (lock?.kind === "lock-taken") {
    return say(
      write,
      " is accepted in memory, and ",
      held("the output gate locks"),
      ` (lock ${lock.lock}) until it is durable.`,
    );
  }
  return say(
    write,
    ` is accepted in memory and coalesced into commit ${record.commit}, which already holds the output gate.`,
  );
}

/** An output has asked the gate. */
export function narrateWait(record: RecordOf<"output-waits">, { facts }: Context): Narration {
  const phrase = capitalised(outputPhrase(facts, record.output));
  if (record.locks.length === 0)
    return say(
      `${phrase} ${verb(record.output, "asks", "ask")} the output gate, which is open: `,
      good(`${verb(record.output, "it", "they")} need not wait`),
      ".",
    );
  const writes = pending(record.writes, record.index, facts);
  const why =
    writes.length === 0
      ? `${verb(record.output, "it waits", "they wait")} for ${count(record.locks.length, "lock")}`
      : `${writesText(facts, writes)} ${isAre(writes)} not durable yet`;
  return say(phrase, verb(record.output, " is ", " are "), held("held at the output gate"), `: ${why}.`);
}

function narratePass(record: RecordOf<"output-passes">, context: Context): Narration {
  const { facts } = context;
  if (record.leak.length > 0) {
    return say(
      bad("A leak."),
      ` ${capitalised(leakPhrase(record.output, context))} that ${verb(record.output, "depends", "depend")} on ${writesText(facts, record.leak)}, which ${isAre(record.leak)} `,
      bad("not durable"),
      ".",
    );
  }
  const phrase = capitalised(outputPhrase(facts, record.output));
  if (record.output.type === "sync")
    return say("storage.sync() ", good("is over"), ": what was written before it is durable.");
  const waited = record.waiter === null ? null : waitedMs(record, context);
  if (waited !== null && waited > 0)
    return say(
      phrase,
      " ",
      good(`${verb(record.output, "crosses", "cross")} the gate line`),
      ` after ${timeText(waited)}: all ${verb(record.output, "it depends", "they depend")} on is durable.`,
    );
  const why =
    record.writes.length === 0
      ? `${verb(record.output, "it depends", "they depend")} on no write`
      : `all ${verb(record.output, "it depends", "they depend")} on is durable`;
  return say(phrase, " ", good(`${verb(record.output, "crosses", "cross")} the gate line`), `: ${why}.`);
}

function waitedMs(record: RecordOf<"output-passes">, { facts }: Context): number | null {
  const waits = facts.outputs.find((output) => output.end === record)?.waits;
  return waits === undefined || waits === null ? null : record.at - waits.at;
}

function leakPhrase(output: Output, { facts }: Context): string {
  switch (output.type) {
    case "connect":
      return `${socketText(facts, output.socket)} is asked for a connection`;
    case "write":
      return `${socketText(facts, output.socket)} is sent ${byteText(output.bytes)}`;
    case "chunk":
      return `${socketText(facts, output.socket)} is sent ${byteText(output.bytes)} by a pipe`;
    case "pipe":
      return `a pipe into ${socketText(facts, output.socket)} begins`;
    case "transform":
      return "a transform stream takes something";
    case "body-chunk":
      return `${clientText(facts, output.request)} is sent ${byteText(output.bytes)} of a body`;
    case "fin":
      return `${socketText(facts, output.socket)} is sent a FIN`;
    case "start-tls":
      return `${socketText(facts, output.socket)} is sent a ClientHello`;
    case "close":
      return `${socketText(facts, output.socket)} is shown a close`;
    case "response":
      return `${clientText(facts, output.request)} is sent a response`;
    case "alarm-outcome":
    case "alarm-done":
      return "the alarm manager is told of an outcome";
    case "take":
      return `the stream of ${socketText(facts, output.socket)} is taken`;
    case "fetch":
      return `${socketText(facts, output.socket)} is sent a request`;
    case "call":
      return `object ${output.object} is called`;
    case "result":
      return "another object is told a result";
    case "frame":
      return `${socketText(facts, output.socket)} is sent a ${output.frameType === "close" ? "close" : "message"}`;
    case "sync":
      return "the handler is told of a sync()";
    default:
      return unreachable(output);
  }
}

function pending(writes: readonly WriteId[], at: RecordIndex, facts: Context["facts"]): readonly WriteId[] {
  return writes.filter((write) => !isDurableAt(facts, write, at));
}

function isAre(writes: readonly WriteId[]): string {
  return writes.length === 1 ? "is" : "are";
}
