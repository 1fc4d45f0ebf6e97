import { useMemo } from "react";
import type { Outcome } from "../../check/report.ts";
import type { CheckedReport } from "../../store/checks.ts";
import { byFrequency, isSeen, linesBeside, outcomeKey } from "../../store/outcomes.ts";
import type { Shown } from "../../store/shown.ts";
import { useExplorer } from "../explorer-context.ts";
import { Lines } from "./Lines.tsx";
import { useEndings } from "./use-checks.ts";

/** So many are listed before somebody asks for the rest. */
const FIRST = 6;

interface Props {
  readonly report: CheckedReport;
  /** The program that was checked. */
  readonly program: Shown["program"];
}

/** Atlas of outcomes: in what all orders end, as the world outside and the handler's promises have it. */
export function Outcomes({ report, program }: Props) {
  const outcomes = useMemo(() => byFrequency(report.outcomes), [report]);
  const endings = useEndings();
  const [most] = outcomes;
  if (most === undefined) return null;
  const orders = outcomes.every(({ count }) => count !== null)
    ? outcomes.reduce((sum, { count }) => sum + (count ?? 0), 0)
    : null;
  const wasSeen = (outcome: Outcome): boolean => isSeen(endings, program, report.design, outcome);
  const looked = outcomes.filter(wasSeen).length;
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
        of two places saw something first. Bold is what differs from the most frequent outcome.
      </p>
      <ol className="outcomes">
        {outcomes.slice(0, FIRST).map((outcome) => (
          <OutcomeItem key={outcomeKey(outcome)} {...{ report, outcome, most }} isSeen={wasSeen(outcome)} />
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
                isSeen={wasSeen(outcome)}
              />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

interface ItemProps {
  readonly report: CheckedReport;
  readonly outcome: Outcome;
  /** The most frequent one: lines that it does not have stand out. */
  readonly most: Outcome;
  readonly isSeen: boolean;
}

function OutcomeItem({ report, outcome, most, isSeen }: ItemProps) {
  const explorer = useExplorer();
  const { count, witness } = outcome;
  const outside = linesBeside(outcome.outside, most.outside, "nothing");
  const promises = linesBeside(outcome.promises, most.promises, "pending");
  const different = promises.filter(({ isCommon }) => !isCommon);
  const same = promises.filter(({ isCommon }) => isCommon);
  return (
    <li className="outcome">
      <div className="outcome-head">
        <span className="outcome-count">{count === null ? "endless" : inWords(count, "order")}</span>
        {isSeen && <span className="outcome-seen">seen</span>}
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Open a shortest order that ends in this outcome, ${inWords(witness.length, "choice")}`}
          onClick={() =>
            void explorer.openOrder({
              document: report.document,
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
      {outside.length === 0 && <p className="outcome-none">Nobody outside sees anything.</p>}
      <Lines lines={outside} />
      <Lines lines={different} />
      {same.length > 0 && (
        <details className="outcome-promises">
          <summary>
            {inWords(same.length, "promise")} {outcome === most ? "settled" : "settled as there"}
          </summary>
          <Lines lines={same} />
        </details>
      )}
    </li>
  );
}

function inWords(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}
