/*
 * The designs the model knows, by id. The public entry of this folder.
 */
import { unreachable } from "../../base/assert.ts";
import type { DesignChoice, Switches } from "../setup.ts";
import { SWITCHES } from "../setup.ts";
import { deferredR1 } from "./deferred-r1.ts";
import { deferredR1Fixed } from "./deferred-r1-fixed.ts";
import type { Design } from "./design.ts";
import { main } from "./main.ts";
import { promisedInterface } from "./promised-interface.ts";
import { ungated } from "./ungated.ts";
import { writesOnly } from "./writes-only.ts";

/** The design that a choice stands for. */
export function designOf(choice: DesignChoice): Design {
  switch (choice.id) {
    case "ungated":
      return ungated;
    case "writes-only":
      return writesOnly(switchesOf(choice));
    case "deferred-r1":
      return deferredR1(switchesOf(choice));
    case "deferred-r1-fixed":
      return deferredR1Fixed(switchesOf(choice));
    case "promised-interface":
      return promisedInterface(switchesOf(choice));
    case "main":
      return main;
    default:
      return unreachable(choice.id);
  }
}

function switchesOf(choice: DesignChoice): Switches {
  return { ...NONE, ...SWITCHES[choice.id], ...choice };
}

/** A design does not look at switches that are not its own. */
const NONE: Switches = {
  autogate: false,
  wrapper: false,
  statusHoldsSocket: false,
  stringMoveInvalidates: false,
  forwardsErrors: false,
};
