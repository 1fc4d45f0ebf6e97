import { Fragment } from "react";
import { FAULT_KINDS } from "../../check/faults.ts";
import { useChecksState } from "./use-checks.ts";

/** The failures that a check may inject, in a line. */
export function AllowedFailures() {
  const faults = useChecksState((state) => state.faults);
  const allowed = FAULT_KINDS.filter(({ id }) => (faults[id] ?? 0) > 0);
  if (allowed.length === 0) return "none";
  return allowed.map(({ id, label }, index) => (
    <Fragment key={id}>
      {index > 0 && ", "}
      <span className="budget-item">
        {faults[id]} × {label}
      </span>
    </Fragment>
  ));
}
