/*
 * A condition as it arrives in a worker: data that names things of the model, which have to be there.
 */
import * as v from "valibot";
import { PROPERTIES } from "../model/properties/index.ts";
import { HAPPENINGS } from "../run/happenings.ts";
import { STATUSES } from "../run/statuses.ts";
import type { Condition } from "../run/until.ts";

const ofStatuses = STATUSES.map(({ of }) => of);
const which = v.nullable(v.string());

const ConditionSchema = v.variant("type", [
  v.strictObject({
    type: v.literal("happens"),
    what: v.picklist(HAPPENINGS.map(({ id }) => id)),
    which,
  }),
  v.pipe(
    v.strictObject({ type: v.literal("becomes"), of: v.picklist(ofStatuses), is: v.string(), which }),
    v.check(
      ({ of, is }) => STATUSES.some((status) => status.of === of && status.id === is),
      "nothing of this kind can be in this state",
    ),
  ),
  v.strictObject({
    type: v.literal("property"),
    property: v.nullable(v.picklist(PROPERTIES.map(({ id }) => id))),
    verdict: v.picklist(["violated", "warned", "judged"]),
  }),
]);

/** The condition that a message holds; throws with what is wrong if it holds none. */
export function conditionFrom(data: unknown): Condition {
  return v.parse(ConditionSchema, data);
}
