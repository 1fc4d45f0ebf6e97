/*
 * The designs as the picker shows them. A new design in the model does not compile until it stands here too.
 */
import type { DesignChoice, DesignId } from "../model/setup.ts";

/** A design in words. */
export interface DesignInfo {
  readonly id: DesignId;
  /** On the picker. */
  readonly label: string;
  /** What it does with connect(), in one sentence. */
  readonly sentence: string;
  /** Whether it stands behind the autogate, so that it can be switched off. */
  readonly hasAutogate: boolean;
}

const INFO: { readonly [Id in DesignId]: Omit<DesignInfo, "id"> } = {
  ungated: {
    label: "ungated",
    sentence: "Before the change: connect() goes out at once, whether or not earlier writes are durable.",
    hasAutogate: false,
  },
  "promised-interface": {
    label: "promised interface",
    sentence: "As merged, behind an autogate: connect() is held until earlier writes are durable.",
    hasAutogate: true,
  },
  main: {
    label: "main",
    sentence: "Today: the promised worker interface, unconditional.",
    hasAutogate: false,
  },
};

/** All designs, in the order of history. */
export const DESIGNS: readonly DesignInfo[] = (Object.keys(INFO) as DesignId[]).map((id) => ({
  id,
  ...INFO[id],
}));

/** Whether a text from outside names a design. */
export function isDesignId(text: string): text is DesignId {
  return Object.hasOwn(INFO, text);
}

/** The design in words. */
export function designInfo(id: DesignId): DesignInfo {
  return { id, ...INFO[id] };
}

/** A design with its autogate on, which is how the model wants all those that have none. */
export function designChoice(id: DesignId, autogate = true): DesignChoice {
  return { id, autogate: INFO[id].hasAutogate ? autogate : true };
}

/** Two choices of the same design. */
export function isSameDesign(left: DesignChoice, right: DesignChoice): boolean {
  return left.id === right.id && left.autogate === right.autogate;
}
