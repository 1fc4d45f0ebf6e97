import { type CheckedReport, designKey, isAbout } from "../../store/checks.ts";
import { designLabel } from "../../store/designs.ts";
import type { Shown } from "../../store/shown.ts";
import { Icon } from "../common/Icon.tsx";
import { useShown } from "../explorer-context.ts";
import { Budget } from "./Budget.tsx";
import "./check.css";
import "./results.css";
import { CheckProgress } from "./CheckProgress.tsx";
import { Comparison } from "./Comparison.tsx";
import { Difference } from "./Difference.tsx";
import { Limit } from "./Limit.tsx";
import { Outcomes } from "./Outcomes.tsx";
import { Summary } from "./Summary.tsx";
import { useChecks, useChecksState } from "./use-checks.ts";
import { useFocusKept, usePanelFocus } from "./use-focus.ts";
import { Verdicts } from "./Verdicts.tsx";

/** Every order of events and failures of what is shown: started, watched, and what came of it. */
export function CheckPanel() {
  const shown = useShown();
  if (shown === null) return null;
  return (
    <div className="check-panel">
      <Start shown={shown} />
      <Report shown={shown} />
    </div>
  );
}

function Start({ shown }: { readonly shown: Shown }) {
  const checks = useChecks();
  const underWay = useChecksState((state) => state.underWay);
  const problem = useChecksState((state) => state.problem);
  const heading = usePanelFocus();
  const action = useFocusKept();
  const { design } = shown.document;
  const isRelaxed = shown.world.scheduling === "relaxed";
  return (
    <section className="panel-section" aria-labelledby="check-heading">
      <h2 className="heading" id="check-heading" ref={heading} tabIndex={-1}>
        Check every order
      </h2>
      <p className="check-intro">
        Whatever the disk, the network, the far end and the client do next, in any order
        {isRelaxed ? ", and in whatever order the process does its tasks" : ""}: does anything leave the
        object that must not, under <b>{designLabel(design)}</b>?
      </p>
      <div className="limits">
        <Budget />
        <Limit />
      </div>
      <div ref={action}>
        {underWay === null ? (
          <button
            type="button"
            className="button button-primary button-wide"
            onClick={() => void checks.check(shown, [design])}
          >
            <Icon name="check" /> Check
          </button>
        ) : (
          <CheckProgress underWay={underWay} />
        )}
      </div>
      <div role="alert">{problem !== null && <p className="check-problem">{problem}</p>}</div>
    </section>
  );
}

function Report({ shown }: { readonly shown: Shown }) {
  const faults = useChecksState((state) => state.faults);
  const subject = useChecksState((state) => state.subject);
  const reports = useChecksState((state) => state.reports);
  const latest = useChecksState((state) => state.latest);
  const isUnderWay = useChecksState((state) => state.underWay !== null);
  const { design } = shown.document;
  const isCurrent = isAbout(subject, shown, faults);
  const report = isCurrent ? reports.get(designKey(design)) : undefined;
  return (
    <>
      {report !== undefined ? (
        <Findings report={report} program={shown.program} />
      ) : latest !== null && subject !== null ? (
        <>
          <Outdated shown={shown} latest={latest} isCurrent={isCurrent} />
          <div className="check-outdated">
            <Findings report={latest} program={subject.program} />
          </div>
        </>
      ) : (
        !isUnderWay && <p className="empty">Nothing has been checked yet.</p>
      )}
      <Comparison shown={shown} />
      <Difference shown={shown} />
    </>
  );
}

interface FindingsProps {
  readonly report: CheckedReport;
  readonly program: Shown["program"];
}

function Findings({ report, program }: FindingsProps) {
  return (
    <>
      <Summary report={report} />
      <Verdicts report={report} />
      <Outcomes report={report} program={program} />
    </>
  );
}

interface OutdatedProps {
  readonly shown: Shown;
  readonly latest: CheckedReport;
  /** It is of the same handler, world and budget, and only the design is another. */
  readonly isCurrent: boolean;
}

/** Says what the report below is about, where it is not about what is shown. */
function Outdated({ shown, latest, isCurrent }: OutdatedProps) {
  const checks = useChecks();
  const isUnderWay = useChecksState((state) => state.underWay !== null);
  const { design, scenario } = shown.document;
  const before = `“${latest.document.scenario.title}” under ${designLabel(latest.design)}`;
  return (
    <div className="check-notice">
      <p>
        {isCurrent
          ? `Not yet checked under ${designLabel(design)}.`
          : latest.document.scenario === scenario
            ? "The handler, the world or the failures allowed have changed."
            : `“${scenario.title}” has not been checked like this yet.`}{" "}
        What stands below is of {before}, as it was checked.
      </p>
      {!isUnderWay && (
        <button type="button" className="button" onClick={() => void checks.check(shown, [design])}>
          Check again
        </button>
      )}
    </div>
  );
}
