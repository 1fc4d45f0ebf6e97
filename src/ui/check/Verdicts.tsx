import type { PropertyVerdict } from "../../check/report.ts";
import type { CheckedReport } from "../../store/checks.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer } from "../explorer-context.ts";

/** What became of each property over all orders: what is violated first, what was never reached last and folded. */
export function Verdicts({ report }: { readonly report: CheckedReport }) {
  const { properties } = report;
  const violated = properties.filter(({ verdict }) => verdict === "violated");
  const faults = violated.filter(({ kind }) => kind !== "lint" && kind !== "dead-end");
  const deadEnds = violated.filter(({ kind }) => kind === "dead-end");
  const fragile = violated.filter(({ kind }) => kind === "lint");
  const holds = properties.filter(({ verdict }) => verdict === "holds");
  const unreached = properties.filter(({ verdict }) => verdict === "not-reached");
  return (
    <section className="panel-section" aria-labelledby="verdicts-heading">
      <h2 className="heading" id="verdicts-heading">
        Verdicts
      </h2>
      <Violated report={report} verdicts={faults} title="Violated" />
      <Violated report={report} verdicts={deadEnds} title="Dead ends" />
      <Violated report={report} verdicts={fragile} title="Fragile orders" />
      {holds.length > 0 && (
        <ul className="verdicts">
          {holds.map((verdict) => (
            <li key={verdict.id} className="verdict">
              <Meaning verdict={verdict} />
              <span className="verdict-holds">
                <Icon name="check" /> holds
              </span>
            </li>
          ))}
        </ul>
      )}
      {unreached.length > 0 && (
        <details className="verdicts-unreached">
          <summary>{unreached.length} not reached in any order</summary>
          <ul className="verdicts">
            {unreached.map((verdict) => (
              <li key={verdict.id} className="verdict">
                <Meaning verdict={verdict} />
                <span className="verdict-unreached">not reached</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

interface ViolatedProps {
  readonly report: CheckedReport;
  readonly verdicts: readonly PropertyVerdict[];
  readonly title: string;
}

function Violated({ report, verdicts, title }: ViolatedProps) {
  if (verdicts.length === 0) return null;
  return (
    <>
      <h3 className="subheading">{title}</h3>
      <ul className="counterexamples">
        {verdicts.map((verdict) => (
          <li
            key={verdict.id}
            className={verdict.kind === "lint" ? "counterexample counterexample-lint" : "counterexample"}
          >
            <Meaning verdict={verdict} />
            <p className="counterexample-text">{sentence(verdict)}</p>
            <OpenWitness report={report} verdict={verdict} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Shows the shortest order that violates a property. */
export function OpenWitness({
  report,
  verdict,
}: {
  readonly report: CheckedReport;
  readonly verdict: PropertyVerdict;
}) {
  const explorer = useExplorer();
  const { id, name, witness, steps } = verdict;
  return (
    <button
      type="button"
      className="button counterexample-open"
      aria-label={`Open the shortest order that violates ${name}`}
      onClick={() =>
        void explorer.openOrder({
          document: report.document,
          design: report.design,
          choices: witness,
          property: id,
          label: `Order that violates “${name}”`,
        })
      }
    >
      Open {steps === 1 ? "1 choice" : `${steps} choices`}
    </button>
  );
}

function Meaning({ verdict }: { readonly verdict: PropertyVerdict }) {
  return (
    <details className="verdict-property">
      <summary>
        {verdict.name}
        {verdict.kind !== "dead-end" && <span className="verdict-id">{verdict.id}</span>}
      </summary>
      <p>{verdict.meaning}</p>
    </details>
  );
}

/** What is wrong, and how it shows. */
function sentence({ text, shows, steps }: PropertyVerdict): string {
  const bare = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  if (shows === "rest")
    return `${bare} At rest after ${steps === 1 ? "this choice" : `these ${steps} choices`}.`;
  if (shows === "step" || shows === null) return bare;
  return `${bare} From choice ${shows.loopFrom + 1} on it can go round for ever.`;
}
