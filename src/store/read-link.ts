/*
 * Reading links (link.ts says what stands in one). An address is typed by whoever made it: everything is bounded and
 * parsed here, once. A chunk of its own: most visits begin without a link.
 */
import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import type { DesignChoice, Switches } from "../model/setup.ts";
import { designChoice, isDesignId, SWITCH_IDS, type SwitchId } from "./designs.ts";
import { type Link, SOURCE_LIMIT_BYTES } from "./link.ts";
import { LATENCY_LIMIT_MS, PEER_IDS } from "./world.ts";

/** A link is not read beyond this length. */
export const HASH_LIMIT_CHARS = 2 * SOURCE_LIMIT_BYTES;
/** As many choices, or stretches of default ones, as a link may hold. */
export const CHOICES_LIMIT = 500;

const latency = (name: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,5}$/, `${name} must be a whole number of milliseconds`),
      v.transform(Number),
      v.maxValue(LATENCY_LIMIT_MS, `${name} must be at most ${LATENCY_LIMIT_MS} ms`),
    ),
  );

const choiceText = v.pipe(
  v.string(),
  v.regex(/^(~[1-9]\d{0,3}|[A-Za-z0-9_-]{1,40})$/, "a choice in it is not readable"),
);

const parameters = v.strictObject({
  s: v.pipe(
    v.string("it names no scenario"),
    v.regex(/^[a-z0-9-]{1,60}$/, "the name of the scenario is not readable"),
  ),
  code: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9_-]+$/, "the handler's source in it is damaged: it is not base64url text"),
    ),
  ),
  d: v.pipe(
    v.string("it names no design"),
    v.check(isDesignId, "it names a design that this version does not have"),
  ),
  ...v.entriesFromList(
    SWITCH_IDS,
    v.optional(v.picklist(["on", "off"], "a switch of the design is neither on nor off")),
  ),
  commit: latency("the commit time"),
  way: latency("the network time"),
  backend: v.optional(v.picklist(["sqlite", "cache"], "the kind of storage is unknown")),
  commits: v.optional(v.picklist(["replicated", "blocking", "bucket"], "the kind of commits is unknown")),
  service: v.optional(
    v.picklist(["network", "worker", "throws", "disconnected"], "what connect() goes to is unknown"),
  ),
  peer: v.optional(v.picklist(PEER_IDS, "the far end's behaviour is unknown")),
  order: v.optional(v.picklist(["strict", "relaxed"], "the kind of scheduling is unknown")),
  c: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => (text === "" ? [] : text.split("."))),
      v.array(choiceText),
      v.maxLength(CHOICES_LIMIT, `it has more than ${CHOICES_LIMIT} choices`),
    ),
    "",
  ),
  at: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,7}$/, "the position is not a number"), v.transform(Number)),
    "0",
  ),
});

/** Reads the part of an address after "#"; the error is one sentence. */
export function decodeLink(hash: string): Result<Link, string> {
  const text = hash.replace(/^#/, "");
  if (text.length > HASH_LIMIT_CHARS) return err("This link is too long to be one of Gatescope.");
  const pairs = [...new URLSearchParams(text)];
  const repeated = pairs.find(([name], index) => pairs.findIndex(([other]) => other === name) !== index);
  if (repeated !== undefined)
    return err(`This link cannot be read: "${shorten(repeated[0])}" stands in it twice.`);
  const parsed = v.safeParse(parameters, Object.fromEntries(pairs));
  if (!parsed.success) return err(`This link cannot be read: ${reason(parsed.issues[0])}.`);
  const { s, code, d, commit, way, backend, commits, service, peer, order, c, at } = parsed.output;
  return ok({
    scenario: s,
    code: code ?? null,
    // `d` passed isDesignId above.
    design: designChoice(d as DesignChoice["id"], switchesIn(parsed.output)),
    settings: {
      ...(commit !== undefined && { commitMs: commit }),
      ...(way !== undefined && { oneWayMs: way }),
      ...(backend !== undefined && { backend }),
      ...(commits !== undefined && { commits }),
      ...(service !== undefined && { service }),
      ...(peer !== undefined && { peer }),
      ...(order !== undefined && { scheduling: order }),
    },
    choices: c,
    cursor: at - 1,
  });
}

function switchesIn(output: { readonly [Id in SwitchId]?: "on" | "off" | undefined }): Partial<Switches> {
  const given = SWITCH_IDS.filter((name) => output[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, output[name] === "on"]));
}

function reason(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object") {
    const name = String(issue.path?.[0]?.key ?? "");
    if (name === "s") return "it names no scenario";
    if (name === "d") return "it names no design";
    return `it contains "${shorten(name)}", which means nothing here`;
  }
  return issue.message;
}

function shorten(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}
