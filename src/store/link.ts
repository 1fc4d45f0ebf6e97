/*
 * The link codec: what is needed to show the same step of the same run elsewhere, as the part of an address after "#".
 *
 *     #s=put-connect&d=promised-interface&autogate=off&commit=20&peer=refuses&c=~2.cf1&at=14
 *
 *     s         the scenario; the world settings are differences from its world
 *     code      an edited source, packed (never a compiled program)
 *     d         the design; with it those of its switches that are not as they are by default, e.g. `autogate=off`
 *     commit, way, backend, commits, peer, order     changed settings of the world
 *     c         the choices: keys, and "~5" for five of the default schedule
 *     at        the cursor: how many beats have happened
 *
 * Reading one is the business of read-link.ts.
 */
import type { DesignChoice } from "../model/setup.ts";
import { changedSwitches } from "./designs.ts";
import type { WorldSettings } from "./world.ts";

/** What a link says. */
export interface Link {
  readonly scenario: string;
  /** An edited source as packed-text.ts packs it, or null for the scenario's own. */
  readonly code: string | null;
  readonly design: DesignChoice;
  readonly settings: WorldSettings;
  /** Keys, and "~5" for five choices of the default schedule. */
  readonly choices: readonly string[];
  /** Position of the beat under the cursor; -1 is the start. */
  readonly cursor: number;
}

/** The longest source that can be edited or shared, in UTF-8 bytes. */
export const SOURCE_LIMIT_BYTES = 64 * 1024;
/** The part of an address after "#" that shows this elsewhere. */
export function encodeLink(link: Link): string {
  const { settings, design } = link;
  const pairs: (readonly [string, string | number | undefined])[] = [
    ["s", link.scenario],
    ["code", link.code ?? undefined],
    ["d", design.id],
    ...changedSwitches(design).map((name) => [name, design[name] ? "on" : "off"] as const),
    ["commit", settings.commitMs],
    ["way", settings.oneWayMs],
    ["backend", settings.backend],
    ["commits", settings.commits],
    ["service", settings.service],
    ["peer", settings.peer],
    ["order", settings.scheduling],
    ["c", link.choices.length > 0 ? link.choices.join(".") : undefined],
    ["at", link.cursor >= 0 ? link.cursor + 1 : undefined],
  ];
  // Every value is made of letters, digits and "-_~." only, so nothing needs escaping.
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join("&");
}
