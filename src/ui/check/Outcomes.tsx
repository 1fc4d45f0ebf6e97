import { useMemo } from "react";
import type { CheckReport, Outcome } from "../../check/report.ts";
import { byFrequency, linesBeside, outcomeKey, outcomeOfRun } from "../../store/outcomes.ts";
import { useExplorer, useSession } from "../explorer-context.ts";

/** So many are listed before somebody asks for the rest. */
const FIRST = 6;

/** Atlas of outcomes: in what all orders end, as the world outside and the handler's promises have it. */
export function Outcomes({ report }: { readonly report: CheckReport }) {
  const outcomes = useMemo(() => byFrequency(report.outcomes), [report]);
  const seen = useSeen();
  const [most] = outcomes;
  if (most === undefined) return null;
  const orders = outcomes.every(({ count }) => count !== null)
    ? outcomes.reduce((sum, { count }) => sum + (count ?? 0), 0)
    : null;
  const isSeen = (outcome: Outcome): boolean => seen.has(outcomeKey(outcome));
  const looked = outcomes.filter(isSeen).length;
  return (
    <section className="panel-section" aria-labelledby="outcomes-heading">
      <h2 className="heading" id="outcomes-heading">
        Outcomes
      </h2>
      <p className="check-intro">
        {orders === null ? "Orders without end" : inWords(orders, "order")} {orders === 1 ? "ends" : "end"} in{" "}
        {inWords(outcomes.length, "outcome")}. You have seen {looked} of {outcomes.length}.
      </p>
      <p className="note">
        Orders that differ only in what nobody outside sees are one outcome; so are those that differ in which
        of two places saw something first.
      </p>
      <ol className="outcomes">
        {outcomes.slice(0, FIRST).map((outcome) => (
          <OutcomeItem key={outcomeKey(outcome)} {...{ report, outcome, most }} isSeen={isSeen(outcome)} />
        ))}
      </ol>
      {outcomes.length > FIRST && (
        <details className="outcomes-more">
          <summary>{inWords(outcomes.length - FIRST, "rarer outcome")}</summary>
          <ol className="outcomes" start={FIRST + 1}>
            {outcomes.slice(FIRST).map((outcome) => (
              <OutcomeItem
                key={outcomeKey(outcome)}
                {...{ report, outcome, most }}
                isSeen={isSeen(outcome)}
              />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

interface ItemProps {
  readonly report: CheckReport;
  readonly outcome: Outcome;
  /** The most frequent one: lines that it does not have stand out. */
  readonly most: Outcome;
  readonly isSeen: boolean;
}

function OutcomeItem({ report, outcome, most, isSeen }: ItemProps) {
  const explorer = useExplorer();
  const { count, outside, promises, witness } = outcome;
  return (
    <li className="outcome">
      <div className="outcome-head">
        <span className="outcome-count">{count === null ? "endless" : inWords(count, "order")}</span>
        {isSeen && <span className="outcome-seen">seen</span>}
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Open a shortest order that ends in this outcome, ${witness.length} choices`}
          onClick={() =>
            void explorer.openOrder({
              design: report.design,
              choices: witness,
              property: null,
              label: "Order that ends in an outcome",
            })
          }
        >
          Open
        </button>
      </div>
      <Lines lines={outside} common={most.outside} none="Nobody outside sees anything." />
      <details className="outcome-promises">
        <summary>
          {promises.length === 0
            ? "No promise has settled"
            : `${inWords(promises.length, "promise")} settled`}
        </summary>
        <Lines lines={promises} common={most.promises} none="" />
      </details>
    </li>
  );
}

function Lines({
  lines,
  common,
  none,
}: {
  readonly lines: readonly string[];
  readonly common: readonly string[];
  readonly none: string;
}) {
  if (lines.length === 0) return none === "" ? null : <p className="outcome-none">{none}</p>;
  return (
    <ul className="outcome-lines">
      {linesBeside(lines, common).map(({ text, isCommon }) => (
        <li key={text}>{isCommon ? text : <strong>{text}</strong>}</li>
      ))}
    </ul>
  );
}

/** The outcomes of the runs that were on the screen, as far back as undo reaches. */
function useSeen(): ReadonlySet<string> {
  const shown = useSession((state) => state.shown);
  const history = useSession((state) => state.history);
  return useMemo(() => {
    const runs = [...history.past, ...history.future].map(({ value }) => value.shown);
    return new Set([...(shown === null ? [] : [shown]), ...runs].flatMap((one) => outcomeOfRun(one) ?? []));
  }, [shown, history]);
}

function inWords(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}
