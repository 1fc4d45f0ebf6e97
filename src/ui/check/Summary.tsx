import type { CheckedReport } from "../../store/checks.ts";
import { useExplorer } from "../explorer-context.ts";

/** What came of a check, in a sentence or two. */
export function Summary({ report }: { readonly report: CheckedReport }) {
  const explorer = useExplorer();
  const { document, design, states, transitions, complete, properties, stuck, seconds, readsClock } = report;
  const number = (value: number): string => value.toLocaleString("en");
  const violated = properties.filter(({ verdict, kind }) => verdict === "violated" && kind !== "lint");
  const isGood = violated.length === 0 && complete && stuck === null;
  return (
    <div className={violated.length > 0 ? "check-summary check-summary-bad" : "check-summary"} role="status">
      <p className={isGood ? "check-verdict check-verdict-good" : "check-verdict"}>
        {violated.length === 0
          ? complete
            ? "Nothing is violated in any order."
            : "Nothing is violated as far as the check went."
          : `${violated.length} of ${properties.length} properties can be violated.`}
      </p>
      <p className="check-counted">
        {number(states)} states, {number(transitions)} transitions
        {complete
          ? `, every order to its end, in ${inTime(seconds)}.`
          : ` in ${inTime(seconds)}. Stopped at ${number(states)} states: what is said holds as far as it went.`}
      </p>
      {readsClock && (
        <p className="check-counted">
          The handler reads the clock. Times do not tell states apart, so in each it reads the time of the
          first way there.
        </p>
      )}
      {stuck !== null && (
        <p className="check-stuck">
          On one order the model cannot follow the handler: {stuck.text}{" "}
          <button
            type="button"
            className="link-button"
            onClick={() =>
              void explorer.openOrder({
                document,
                design,
                choices: stuck.witness,
                property: null,
                label: "Where the handler gets stuck",
              })
            }
          >
            Open
          </button>
        </p>
      )}
    </div>
  );
}

function inTime(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}
