import type { Unmet } from "../../store/until.ts";
import "../check/check.css";
import { AllowedFailures } from "../check/AllowedFailures.tsx";
import { Progress } from "../check/Progress.tsx";
import { useFocusKept } from "../check/use-focus.ts";
import { Icon } from "../common/Icon.tsx";
import { useUntil, useUntilState } from "./use-until.ts";

const number = (value: number): string => value.toLocaleString("en");

/** What came of running, where it did not lead to where the condition is met. */
export function unmetText(unmet: Unmet, clause: string): string {
  switch (unmet.type) {
    case "nowhere":
      return unmet.direction === "forward" ? forwardText(unmet, clause) : backwardText(unmet, clause);
    case "no-order":
      return `No order does it: all ${number(unmet.states)} states that can follow have been tried.`;
    case "stopped":
      return `No order within ${number(unmet.states)} states does it.`;
    case "failed":
      return unmet.message;
  }
}

type Nowhere = Extract<Unmet, { readonly type: "nowhere" }>;

function forwardText({ elsewhere, end }: Nowhere, clause: string): string {
  const ends = {
    quiet: `The run ends before ${clause}.`,
    stuck: `The handler cannot go on before ${clause}.`,
    limit: `Not within the steps that this run has: it was cut off before ${clause}.`,
  }[end];
  return elsewhere === null ? ends : `${ends} The last time was at step ${elsewhere + 1}.`;
}

function backwardText({ elsewhere }: Nowhere, clause: string): string {
  const never = `Before this step, at no time: ${clause}.`;
  return elsewhere === null ? never : `${never} The first time is at step ${elsewhere + 1}.`;
}

interface SearchProps {
  readonly onFind: () => void;
}

/** Offers to look for an order of choices, and says how far that is. */
export function OrderSearch({ onFind }: SearchProps) {
  const until = useUntil();
  const searching = useUntilState((state) => state.searching);
  const action = useFocusKept();
  return (
    <div className="until-search" ref={action}>
      {searching === null ? (
        <>
          <button type="button" className="button button-wide" onClick={onFind}>
            <Icon name="orders" /> Find an order
          </button>
          <p className="note">
            Tries whatever else can happen from here on, with as many failures as a check allows:{" "}
            <AllowedFailures />.
          </p>
        </>
      ) : (
        <Progress
          pace={searching}
          unit="states"
          doing="Looking for"
          subject="an order"
          cancelLabel="Cancel the search"
          search={until}
        />
      )}
    </div>
  );
}
