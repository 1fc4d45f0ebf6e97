import { beatOfRecord } from "../../store/shown.ts";
import { type Verdict, verdictsAt } from "../../store/verdicts.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, useMoment } from "../explorer-context.ts";

/** What is watched along the run, and whether it has held up to the cursor. A name opens to what it means. */
export function PropertyList() {
  const moment = useMoment();
  if (moment === null) return null;
  const { shown, endRecord } = moment;
  const verdicts = verdictsAt(shown.properties, shown.run.records, endRecord);
  const violated = verdicts.filter(({ status }) => status === "violated");
  const reached = [...violated, ...verdicts.filter(({ status }) => status === "holds")];
  const unreached = verdicts.filter(({ status }) => status === "unreached");
  return (
    <section className="panel-section" aria-labelledby="properties-heading">
      <h2 className="heading" id="properties-heading">
        Properties so far
      </h2>
      {reached.length > 0 && <Verdicts verdicts={reached} />}
      {unreached.length > 0 && (
        <details className="verdicts-unreached">
          <summary>
            {reached.length === 0 ? "None" : unreached.length} of {verdicts.length}{" "}
            {reached.length === 0 ? "reached yet" : "not reached yet"}
          </summary>
          <Verdicts verdicts={unreached} />
        </details>
      )}
    </section>
  );
}

function Verdicts({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  return (
    <ul className="verdicts">
      {verdicts.map((verdict) => (
        <li key={verdict.property.id} className="verdict">
          <details className="verdict-property">
            <summary>
              {verdict.property.name}
              <span className="verdict-id">{verdict.property.id}</span>
            </summary>
            <p>
              {verdict.property.meaning}
              {verdict.property.byOrderingOnly && " Holds by ordering only: relaxed scheduling breaks it."}
            </p>
          </details>
          <Status {...verdict} />
        </li>
      ))}
    </ul>
  );
}

function Status({ property, status, violation }: Verdict) {
  const { playback, selection } = useExplorer();
  const moment = useMoment();
  if (moment === null) return null;
  if (status === "unreached") return <span className="verdict-unreached">not reached</span>;
  if (violation === null) {
    return (
      <span className="verdict-holds">
        <Icon name="check" /> holds
      </span>
    );
  }
  const beat = beatOfRecord(moment.shown.beats, violation.index);
  const isLint = property.kind === "lint";
  return (
    <button
      type="button"
      className={isLint ? "verdict-violated verdict-fragile" : "verdict-violated"}
      title={violation.kind === "violation" ? violation.text : property.meaning}
      onClick={() => {
        playback.moveTo(beat);
        selection.select(violation.index);
      }}
    >
      <Icon name={isLint ? "bolt" : "cross"} /> {isLint ? "fragile" : "violated"} at step {beat + 1}
    </button>
  );
}
