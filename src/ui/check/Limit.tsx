import { useId } from "react";
import { STATE_LIMITS } from "../../store/checks.ts";
import { useChecks, useChecksState } from "./use-checks.ts";

/** At how many states a check or a comparison gives up. */
export function Limit() {
  const checks = useChecks();
  const maxStates = useChecksState((state) => state.maxStates);
  const id = useId();
  return (
    <div className="field limit">
      <label htmlFor={id}>Stop at</label>
      <select id={id} value={maxStates} onChange={({ target }) => checks.setMaxStates(Number(target.value))}>
        {STATE_LIMITS.map((limit) => (
          <option key={limit} value={limit}>
            {limit.toLocaleString("en")} states
          </option>
        ))}
      </select>
    </div>
  );
}
