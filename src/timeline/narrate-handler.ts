/*
 * What is said about the handler: its turns, awaits and answers, and the input gate in front of it.
 */
import { unreachable } from "../base/assert.ts";
import type { RecordOf } from "../model/records.ts";
import { recordAt } from "./facts.ts";
import { bad, type Context, good, held, type Narration, say, strong } from "./narration.ts";
import { bare, capitalised, clientText, quoted, timeText, writesText } from "./words.ts";

/** Kinds that this file speaks for. */
export type HandlerKind =
  | "request-delivered"
  | "turn-begins"
  | "turn-ends"
  | "await"
  | "resume"
  | "log"
  | "promise-settles"
  | "handler-returns"
  | "handler-throws"
  | "alarm-ends"
  | "handler-stuck"
  | "timer-set"
  | "read"
  | "read-done"
  | "input-gate-locked"
  | "input-gate-released"
  | "input-gate-breaks"
  | "event-queued";

/** The sentence for a record of the handler. */
export function narrateHandler(record: RecordOf<HandlerKind>, context: Context): Narration {
  const { facts, followers } = context;
  switch (record.kind) {
    case "request-delivered":
      if (record.path === "alarm()")
        return say("The alarm reaches the object, and ", strong("alarm() starts"), ".");
      return record.call === undefined
        ? say(`A request for ${record.path} reaches the object, and `, strong("the handler starts"), ".")
        : say(
            `Another object's call ${record.path} reaches this one, and `,
            strong("its handler starts"),
            ".",
          );
    case "turn-begins":
      return say(strong(`Turn ${record.turn} begins`), `: ${bare(record.reason)}.`);
    case "turn-ends":
      return say(`Turn ${record.turn} ends: the handler has nothing more to do until something arrives.`);
    case "await":
      return say(
        "The handler waits at ",
        strong(`await ${record.text}`),
        ". The object is free for other events.",
      );
    case "resume":
      return say("The handler ", strong("goes on"), awaitedText(record, context), ".");
    case "log":
      return say("The handler logs ", strong(quoted(record.text, 80)), ".");
    case "promise-settles":
      return record.outcome === "resolved"
        ? say("The promise ", strong(record.promise), " resolves", detail(record.text), ".")
        : say("The promise ", strong(record.promise), " ", bad("rejects"), detail(record.text), ".");
    case "handler-returns":
      return narrateReturn(record, context);
    case "handler-throws":
      return say(
        "The handler ",
        bad("throws"),
        `: ${bare(record.text)}. The error goes to ${clientText(facts, record.request)} like any output.`,
      );
    case "alarm-ends":
      return record.error === null
        ? say(
            "alarm() ",
            strong("returns"),
            followers.some((one) => one.kind === "write-accepted")
              ? ": the alarm is deleted, which is a write like any other."
              : ".",
          )
        : say("alarm() ", bad("throws"), `: ${bare(record.error)}. It will be tried again.`);
    case "handler-stuck":
      return say(bad("The handler cannot go on"), `: ${record.text}`);
    case "timer-set":
      return say(
        "The handler sets ",
        strong(`timer ${record.timer}`),
        ` to fire in ${timeText(record.afterMs)}.`,
      );
    case "read":
      return record.from === "memory"
        ? say(
            `${record.op} ${quoted(record.key)} is answered `,
            strong("from memory"),
            ", within the turn. The output gate does not hold reads.",
          )
        : say(
            `${record.op} ${quoted(record.key)} has to `,
            strong("go to disk"),
            ". The input gate keeps other events out until the answer is there.",
          );
    case "read-done":
      return say("The disk answers the read of ", strong(quoted(record.key)), ".");
    case "input-gate-locked":
      return say(
        "The ",
        held("input gate is locked"),
        ` (${bare(record.why)}): new events wait in line. What leaves the object is not its business.`,
      );
    case "input-gate-breaks":
      return say(
        bad("The input gate breaks"),
        `: ${bare(record.error)}. Nothing enters any more, and the object is reset.`,
      );
    case "input-gate-released":
      return say("The ", good("input gate is free"), " again: the next event may enter.");
    case "event-queued":
      return say(
        `${capitalised(record.event)} arrives, but the input gate is locked, so `,
        held("it waits in line"),
        ".",
      );
    default:
      return unreachable(record);
  }
}

function narrateReturn(record: RecordOf<"handler-returns">, { facts, followers }: Context): Narration {
  const waits = followers.find((one) => one.kind === "output-waits");
  const isResult = waits?.kind === "output-waits" && waits.output.type === "result";
  const returns = isResult
    ? say("The method gives ", strong(quoted(record.body)))
    : say(
        "The handler returns ",
        strong(`response ${record.status}`),
        record.body === "" ? "" : ` ${quoted(record.body)}`,
      );
  if (waits?.kind !== "output-waits" || waits.locks.length === 0) return [...returns, ...say(".")];
  const writes =
    waits.writes.length === 0
      ? "earlier writes are"
      : `${writesText(facts, waits.writes)} ${waits.writes.length === 1 ? "is" : "are"}`;
  return [
    ...returns,
    ...say(
      ", but ",
      held(isResult ? "its result is held" : "the response is held"),
      `: ${writes} not durable yet.`,
    ),
  ];
}

/** " after await socket.opened": what the call that goes on had been waiting for. */
function awaitedText(record: RecordOf<"resume">, { run }: Context): string {
  const line = record.line === null ? "" : ` at line ${record.line}`;
  for (let index = record.index - 1; index >= 0; index -= 1) {
    const earlier = recordAt(run, index);
    if (earlier?.kind === "await" && earlier.call === record.call && earlier.actor === record.actor) {
      return `${line}: await ${earlier.text} is over`;
    }
  }
  return line;
}

function detail(text: string): string {
  return text === "" || text === "undefined" ? "" : ` (${text})`;
}
