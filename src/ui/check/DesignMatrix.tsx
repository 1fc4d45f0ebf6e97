import type { CheckReport, PropertyVerdict } from "../../check/report.ts";
import type { DesignChoice } from "../../model/setup.ts";
import { designKey, isAbout, isUpToLimit } from "../../store/checks.ts";
import { DESIGNS, designChoice, designInfo } from "../../store/designs.ts";
import type { Shown } from "../../store/shown.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer } from "../explorer-context.ts";
import { CheckProgress } from "./CheckProgress.tsx";

import { useChecks, useChecksState } from "./use-checks.ts";
import "./matrix.css";

interface Props {
  readonly shown: Shown;
  /** A counterexample has been opened. */
  readonly onOpened: () => void;
}

/** Every property under every design, as far as they were checked. The design that is shown has its switches as they stand. */
export function DesignMatrix({ shown, onOpened }: Props) {
  const checks = useChecks();
  const faults = useChecksState((state) => state.faults);
  const maxStates = useChecksState((state) => state.maxStates);
  const subject = useChecksState((state) => state.subject);
  const all = useChecksState((state) => state.reports);
  const underWay = useChecksState((state) => state.underWay);
  const problem = useChecksState((state) => state.problem);
  const own = shown.document.design;
  const designs = DESIGNS.map(({ id }) => (id === own.id ? own : designChoice(id)));
  const reports = isAbout(subject, shown, faults) ? all : new Map<string, CheckReport>();
  const reportOf = (design: DesignChoice): CheckReport | undefined => reports.get(designKey(design));
  const missing = designs.filter((design) => {
    const report = reportOf(design);
    return report === undefined || !isUpToLimit(report, maxStates);
  });
  const known = designs.flatMap((design) => reportOf(design) ?? []);
  const [first] = known;
  const isSomewhere = (id: PropertyVerdict["id"], verdict: PropertyVerdict["verdict"]): boolean =>
    known.some((report) => verdictIn(report, id)?.verdict === verdict);
  const listed = first?.properties ?? [];
  const rows = [
    ...listed.filter(({ id }) => isSomewhere(id, "violated")),
    ...listed.filter(({ id }) => !isSomewhere(id, "violated") && isSomewhere(id, "holds")),
  ];
  const unreached = listed.length - rows.length;
  return (
    <div className="matrix">
      <p className="check-intro">
        “{shown.document.scenario.title}”, with the failures that the panel allows. A violated cell opens its
        shortest order under that design.
      </p>
      {underWay === null ? (
        missing.length > 0 && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void checks.check(shown, missing)}
          >
            <Icon name="check" /> Check{" "}
            {missing.length === designs.length ? "all six" : `the other ${missing.length}`}
          </button>
        )
      ) : (
        <CheckProgress underWay={underWay} />
      )}
      <div role="alert">{problem !== null && <p className="check-problem">{problem}</p>}</div>
      {known.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to do so by keyboard.
        <section className="matrix-scroll" tabIndex={0} aria-label="Verdicts by design">
          <table className="matrix-table">
            <thead>
              <tr>
                <th scope="col">Property</th>
                {designs.map((design) => (
                  <th key={design.id} scope="col" aria-current={design.id === own.id ? "true" : undefined}>
                    {designInfo(design.id).label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, name, meaning, kind }) => (
                <tr key={id}>
                  <th scope="row" title={meaning}>
                    {name} {kind !== "dead-end" && <span className="verdict-id">{id}</span>}
                  </th>
                  {designs.map((design) => (
                    <td key={design.id} className={design.id === own.id ? "matrix-own" : undefined}>
                      <Cell report={reportOf(design)} id={id} onOpened={onOpened} />
                    </td>
                  ))}
                </tr>
              ))}
              <tr className="matrix-counts">
                <th scope="row">States</th>
                {designs.map((design) => {
                  const report = reportOf(design);
                  return (
                    <td key={design.id} className={design.id === own.id ? "matrix-own" : undefined}>
                      {report === undefined
                        ? "–"
                        : `${report.states.toLocaleString("en")}${report.complete ? "" : "+"}`}
                    </td>
                  );
                })}
              </tr>
            </tbody>
          </table>
        </section>
      )}
      {unreached > 0 && (
        <p className="note">
          {unreached} further properties speak of what no order of this scenario reaches.
        </p>
      )}
    </div>
  );
}

interface CellProps {
  readonly report: CheckReport | undefined;
  readonly id: PropertyVerdict["id"];
  readonly onOpened: () => void;
}

function Cell({ report, id, onOpened }: CellProps) {
  const explorer = useExplorer();
  const verdict = report === undefined ? undefined : verdictIn(report, id);
  if (report === undefined || verdict === undefined)
    return (
      <span className="verdict-unreached" title="Not checked yet">
        –
      </span>
    );
  const { label } = designInfo(report.design.id);
  if (verdict.verdict === "not-reached") return <span className="verdict-unreached">not reached</span>;
  if (verdict.verdict === "holds")
    return (
      <span className="verdict-holds">
        <Icon name="check" /> holds
      </span>
    );
  const isLint = verdict.kind === "lint";
  return (
    <button
      type="button"
      className={isLint ? "verdict-violated verdict-fragile" : "verdict-violated"}
      title={verdict.text}
      aria-label={`${verdict.name} under ${label}: ${isLint ? "fragile" : "violated"} after ${inSteps(verdict)}. Open`}
      onClick={() => {
        void explorer.openOrder({
          design: report.design,
          choices: verdict.witness,
          property: id,
          label: `Order that violates “${verdict.name}”`,
        });
        onOpened();
      }}
    >
      <Icon name={isLint ? "bolt" : "cross"} /> {inSteps(verdict)}
    </button>
  );
}

function verdictIn(report: CheckReport, id: PropertyVerdict["id"]): PropertyVerdict | undefined {
  return report.properties.find((verdict) => verdict.id === id);
}

function inSteps({ steps }: PropertyVerdict): string {
  return steps === 1 ? "1 choice" : `${steps} choices`;
}
