/*
 * What is said about the object's lives, the C++ objects behind it, and broken properties.
 */
import { unreachable } from "../base/assert.ts";
import type { ThingId } from "../base/ids.ts";
import type { RecordOf } from "../model/records.ts";
import { bad, type Context, type Narration, say, strong } from "./narration.ts";
import { bare, count, socketText, thingText } from "./words.ts";

/** Kinds that this file speaks for. */
export type ObjectKind =
  | "object-starts"
  | "object-aborts"
  | "object-ends"
  | "collected"
  | "made"
  | "borrows"
  | "borrow-ends"
  | "deletion-queued"
  | "destroyed"
  | "fragile-order"
  | "dead-read"
  | "violation";

/** The sentence for a record of the object's life or of a C++ object's. */
export function narrateObject(record: RecordOf<ObjectKind>, context: Context): Narration {
  const { followers } = context;
  const name = (thing: ThingId) => thingName(thing, context);
  switch (record.kind) {
    case "object-starts":
      return record.life === 1
        ? say("The object ", strong(record.name), " starts.")
        : say(
            "The object ",
            strong(record.name),
            ` starts anew (life ${record.life}): a new memory, with only what was durable.`,
          );
    case "object-aborts":
      return say(
        bad("The object is reset"),
        `: ${bare(record.error)}. No JavaScript of this life runs again, not even to see the error.`,
      );
    case "object-ends":
      return say(`Life ${record.life} of the object `, strong(record.name), ` ends: ${bare(record.reason)}.`);
    case "collected":
      return say(
        "The ",
        strong("garbage collector"),
        ` takes ${record.withStreams ? "the socket" : "the Socket, but not its streams,"} of ${socketText(context.facts, record.socket)}: the handler cannot reach it any more. `,
        record.withStreams
          ? "The connection ends, whatever the output gate holds."
          : "The connection goes on.",
      );
    case "made":
      return say(
        strong(name(record.thing)),
        " is made",
        record.owner === null ? "." : `, owned by ${name(record.owner)}.`,
      );
    case "borrows":
      return record.strong
        ? say(
            `${name(record.holder)} holds a `,
            strong("strong reference"),
            ` to ${name(record.target)} (${record.edge}), which cannot go before it.`,
          )
        : say(
            `${name(record.holder)} keeps a `,
            strong("raw pointer"),
            ` to ${name(record.target)} (${record.edge}), which it does not own.`,
          );
    case "borrow-ends":
      return say(
        `${name(record.holder)} is done with its pointer to ${name(record.target)} (${record.edge}): ${bare(record.why)}.`,
      );
    case "deletion-queued":
      return say(
        strong(name(record.thing)),
        ` waits to be destroyed, as ${bare(record.why)}: it goes when its context is entered again, or ends.`,
      );
    case "destroyed": {
      const others = followers.filter((one) => one.kind === "destroyed").length;
      return say(
        strong(name(record.thing)),
        others === 0 ? " is destroyed" : ` and ${count(others, "more object")} are destroyed`,
        `: ${bare(record.reason)}.`,
      );
    }
    case "fragile-order":
      return say(
        record.verdict === "fragile"
          ? strong(`${ORDER_WORDS[record.verdict]}:`)
          : bad(`${ORDER_WORDS[record.verdict]}:`),
        ` ${name(record.target)} is gone before ${name(record.holder)}, which still points to it (${record.edge}): ${bare(record.text)}.`,
      );
    case "dead-read":
      return say(
        bad("A read of a dead object."),
        ` ${name(record.holder)} uses ${name(record.target)} (${record.edge}), which has been destroyed.`,
      );
    case "violation":
      return say(bad(`Violated, ${record.title} (${record.property}):`), ` ${bare(record.text)}.`);
    default:
      return unreachable(record);
  }
}

/** What an order of destruction is called. */
export const ORDER_WORDS = {
  fragile: "Fragile order",
  hazard: "Hazard",
  dangling: "Dangling pointer",
} as const satisfies Readonly<Record<RecordOf<"fragile-order">["verdict"], string>>;

/** A C++ object's name in the code. */
export function thingName(thing: ThingId, { facts }: Pick<Context, "facts">): string {
  const made = facts.things.get(thing);
  return made === undefined ? `object ${thing}` : made.name === "" ? made.type : made.name;
}

/** A C++ object explained, for tooltips. */
export function thingTitle(thing: ThingId, { facts }: Pick<Context, "facts">): string {
  const made = facts.things.get(thing);
  return made === undefined ? `object ${thing}` : thingText(made.type);
}
