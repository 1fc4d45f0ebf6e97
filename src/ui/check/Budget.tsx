import { useId } from "react";
import { FAULT_KINDS, type FaultId, MOST_FAULTS, STANDARD_FAULTS } from "../../check/faults.ts";
import { IconButton } from "../common/IconButton.tsx";
import { AllowedFailures } from "./AllowedFailures.tsx";
import { useChecks, useChecksState } from "./use-checks.ts";
import "./budget.css";

/** How many failures of each kind a check may inject. */
export function Budget() {
  const checks = useChecks();
  const faults = useChecksState((state) => state.faults);
  const isStandard = FAULT_KINDS.every(({ id }) => (faults[id] ?? 0) === (STANDARD_FAULTS[id] ?? 0));
  return (
    <details className="budget">
      <summary>
        <span className="budget-title">Failures allowed</span>
        <span className="budget-summary">
          <AllowedFailures />
        </span>
      </summary>
      <ul className="budget-kinds">
        {FAULT_KINDS.map(({ id, label, sentence }) => (
          <Kind
            key={id}
            label={label}
            sentence={sentence}
            count={faults[id] ?? 0}
            onChange={(count) => checks.setFaults(withCount(faults, id, count))}
          />
        ))}
      </ul>
      <button
        type="button"
        className="button button-wide"
        disabled={isStandard}
        onClick={() => checks.setFaults(STANDARD_FAULTS)}
      >
        Reset to one of each usual kind
      </button>
    </details>
  );
}

function withCount(
  faults: Readonly<Partial<Record<FaultId, number>>>,
  id: FaultId,
  count: number,
): Readonly<Partial<Record<FaultId, number>>> {
  const { [id]: _, ...others } = faults;
  return count === 0 ? others : { ...others, [id]: count };
}

interface KindProps {
  readonly label: string;
  readonly sentence: string;
  readonly count: number;
  readonly onChange: (count: number) => void;
}

function Kind({ label, sentence, count, onChange }: KindProps) {
  const id = useId();
  return (
    <li className="budget-kind">
      <label htmlFor={id} title={sentence}>
        {label}
      </label>
      <span className="stepper">
        <IconButton
          icon="minus"
          label={`One less: ${label}`}
          className="button-quiet"
          disabled={count === 0}
          onClick={() => onChange(count - 1)}
        />
        <input
          id={id}
          type="number"
          min={0}
          max={MOST_FAULTS}
          value={count}
          onChange={({ target }) =>
            onChange(Math.min(MOST_FAULTS, Math.max(0, Math.round(Number(target.value)))))
          }
        />
        <IconButton
          icon="plus"
          label={`One more: ${label}`}
          className="button-quiet"
          disabled={count === MOST_FAULTS}
          onClick={() => onChange(count + 1)}
        />
      </span>
    </li>
  );
}
