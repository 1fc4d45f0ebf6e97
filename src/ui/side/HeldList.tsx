import type { Held } from "../../model/choice.ts";
import type { Moment, Shown } from "../../store/shown.ts";
import { factsOf } from "../../timeline/facts.ts";
import { outputPhrase } from "../../timeline/words.ts";
import { useMoment } from "../explorer-context.ts";
import { Term } from "../glossary/Term.tsx";
import { WithTerms } from "../glossary/WithTerms.tsx";

/** What is held back at this moment, by which lock and which write. */
export function HeldList() {
  const moment = useMoment();
  if (moment === null) return null;
  const held = heldAt(moment, moment.shown);
  const facts = factsOf(moment.shown.run);
  return (
    <section className="panel-section" aria-labelledby="held-heading">
      <h2 className="heading" id="held-heading">
        Held by the <Term id="output-gate">output gate</Term>
      </h2>
      {held.length === 0 ? (
        <p className="empty">Nothing is held back.</p>
      ) : (
        <ul className="held-list">
          {held.map((each, index) => (
            <li key={each.waiter ?? `output-${index}`} className="held-item">
              <span className="held-title">{outputPhrase(facts, each.output)}</span>
              <span className="held-why">
                <WithTerms text={each.why} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The model says what is held when the object waits; within a step, what has asked by now and has not passed. */
function heldAt(moment: Moment, { run }: Shown): readonly Held[] {
  if (!moment.isInside) return moment.step.held;
  const waiting = new Set<number>();
  for (const record of run.records.slice(0, moment.endRecord)) {
    if (record.kind === "output-waits" && record.locks.length > 0) waiting.add(record.waiter);
    if ((record.kind === "output-passes" || record.kind === "output-dropped") && record.waiter !== null) {
      waiting.delete(record.waiter);
    }
  }
  const known = [...moment.step.held, ...(run.steps[moment.step.index - 1]?.held ?? [])];
  const seen = new Set<number>();
  return known.filter(({ waiter }) => {
    if (waiter === null || !waiting.has(waiter) || seen.has(waiter)) return false;
    seen.add(waiter);
    return true;
  });
}
