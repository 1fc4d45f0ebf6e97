/*
 * The designs the model knows, by id. The public entry of this folder.
 */
import type { DesignChoice } from "../setup.ts";
import type { Design } from "./design.ts";
import { main } from "./main.ts";
import { promisedInterface, promisedInterfaceOff } from "./promised-interface.ts";
import { ungated } from "./ungated.ts";

/** The design that a choice stands for. */
export function designOf(choice: DesignChoice): Design {
  if (choice.id === "promised-interface") return choice.autogate ? promisedInterface : promisedInterfaceOff;
  return choice.id === "ungated" ? ungated : main;
}
