/*
 * The designs and their switches as the picker shows them. A new one in the model does not compile until it stands here too.
 */
import type { DesignChoice, DesignId, Switches } from "../model/setup.ts";
import { SWITCHES } from "../model/setup.ts";

/** Names a switch. */
export type SwitchId = keyof Switches;

/** A switch of a design in words. */
export interface SwitchInfo {
  readonly id: SwitchId;
  readonly label: string;
  /** What it decides, in one sentence. */
  readonly sentence: string;
}

/** A design in words. */
export interface DesignInfo {
  readonly id: DesignId;
  /** On the picker. */
  readonly label: string;
  /** What it does with connect(), in one sentence. */
  readonly sentence: string;
  readonly switches: readonly SwitchInfo[];
}

const INFO: { readonly [Id in DesignId]: Pick<DesignInfo, "label" | "sentence"> } = {
  ungated: {
    label: "ungated",
    sentence: "Before the change: connect() goes out at once, whether or not earlier writes are durable.",
  },
  "writes-only": {
    label: "writes only",
    sentence: "The question in the review: bytes wait for earlier writes, the connection does not.",
  },
  "deferred-r1": {
    label: "deferred r1",
    sentence:
      "The first revision: a coroutine waits at the gate and then connects, with pointers that the review worried about.",
  },
  "deferred-r1-fixed": {
    label: "deferred r1, fixed",
    sentence:
      "The first revision with the review’s two fixes: an address of its own, and members in a better order.",
  },
  "promised-interface": {
    label: "promised interface",
    sentence: "As merged, behind an autogate: connect() is held until earlier writes are durable.",
  },
  main: {
    label: "main",
    sentence: "Today: the promised worker interface, unconditional.",
  },
};

const SWITCH_INFO: { readonly [Id in SwitchId]: Omit<SwitchInfo, "id"> } = {
  autogate: {
    label: "autogate",
    sentence: "Switched off, this build connects as it did before the change.",
  },
  wrapper: {
    label: "gating wrapper",
    sentence:
      "A wrapper around the stream asks the gate at every write. Without it nothing is new: bytes always waited.",
  },
  statusHoldsSocket: {
    label: "status holds the socket",
    sentence:
      "The socket cannot be collected before the connection’s status is known. Not known of this revision.",
  },
  stringMoveInvalidates: {
    label: "moving a string frees it",
    sentence: "As the review read the code. A kj::String that moves keeps its bytes where they are.",
  },
  forwardsErrors: {
    label: "errors are forwarded",
    sentence:
      "An error of the connect task is handed on, rather than dropped with it. Not known of this revision.",
  },
};

/** All switches. */
export const SWITCH_IDS = Object.keys(SWITCH_INFO) as SwitchId[];

/** All designs, in the order of history. */
export const DESIGNS: readonly DesignInfo[] = (Object.keys(INFO) as DesignId[]).map(designInfo);

/** Whether a text from outside names a design. */
export function isDesignId(text: string): text is DesignId {
  return Object.hasOwn(INFO, text);
}

/** The design in words. */
export function designInfo(id: DesignId): DesignInfo {
  const switches = SWITCH_IDS.filter((name) => SWITCHES[id][name] !== undefined);
  return { id, ...INFO[id], switches: switches.map((name) => ({ id: name, ...SWITCH_INFO[name] })) };
}

/** A design with all of its switches and no other: as given, else as they stand by default. */
export function designChoice(id: DesignId, switches: Partial<Switches> = {}): DesignChoice {
  const own = SWITCH_IDS.flatMap((name) => {
    const standard = SWITCHES[id][name];
    return standard === undefined ? [] : [[name, switches[name] ?? standard] as const];
  });
  return { id, ...Object.fromEntries(own) };
}

/** Two choices of the same design. */
export function isSameDesign(left: DesignChoice, right: DesignChoice): boolean {
  return left.id === right.id && changedSwitches(left).join() === changedSwitches(right).join();
}

/** The switches that do not stand as they do by default. */
export function changedSwitches(design: DesignChoice): readonly SwitchId[] {
  const choice = designChoice(design.id, design);
  return SWITCH_IDS.filter((name) => choice[name] !== SWITCHES[design.id][name]);
}

/** A design with the switches that do not stand as they do by default, e.g. "promised interface (autogate off)". */
export function designLabel(design: DesignChoice): string {
  const { label, switches } = designInfo(design.id);
  const choice = designChoice(design.id, design);
  const changed = changedSwitches(design).map((id) => {
    const name = switches.find((one) => one.id === id)?.label ?? id;
    return `${name} ${choice[id] === true ? "on" : "off"}`;
  });
  return changed.length === 0 ? label : `${label} (${changed.join(", ")})`;
}
