import { beatOfRecord } from "../../store/shown.ts";
import { verdictsAt } from "../../store/verdicts.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, useMoment } from "../explorer-context.ts";

/** What is watched along the run, and whether it has held up to the cursor. */
export function PropertyList() {
  const { properties, playback, selection } = useExplorer();
  const moment = useMoment();
  if (moment === null) return null;
  const { shown } = moment;
  return (
    <section className="panel-section" aria-labelledby="properties-heading">
      <h2 className="heading" id="properties-heading">
        Properties so far
      </h2>
      <ul className="verdicts">
        {verdictsAt(properties, shown.run.records, moment.endRecord).map(
          ({ id, title, meaning, violation }) => (
            <li key={id} className="verdict">
              <span className="verdict-name" title={meaning}>
                {title}
                <span className="visually-hidden">: {meaning}</span>
              </span>
              {violation === null ? (
                <span className="verdict-holds">
                  <Icon name="check" /> holds
                </span>
              ) : (
                <button
                  type="button"
                  className="verdict-violated"
                  title={violation.text}
                  onClick={() => {
                    playback.moveTo(beatOfRecord(shown.beats, violation.index));
                    selection.select(violation.index);
                  }}
                >
                  <Icon name="cross" /> violated at step {beatOfRecord(shown.beats, violation.index) + 1}
                </button>
              )}
            </li>
          ),
        )}
      </ul>
    </section>
  );
}
