import { useEffect, useId, useRef, useState } from "react";
import type { DesignChoice } from "../../model/setup.ts";
import { designKey, isAbout } from "../../store/checks.ts";
import { DESIGNS, designChoice, designLabel, isSameDesign, SWITCH_IDS } from "../../store/designs.ts";
import { differenceInShort } from "../../store/difference-text.ts";
import type { Compared } from "../../store/differences.ts";
import type { Shown } from "../../store/shown.ts";
import { DifferenceFound } from "./DifferenceFound.tsx";
import { Progress } from "./Progress.tsx";
import { useChecksState, useDifferences, useDifferencesState } from "./use-checks.ts";
import { useFocusKept } from "./use-focus.ts";
import "./difference.css";

/** What a design is compared with unless somebody says otherwise: as it was before the change, or as it is today. */
const USUAL: readonly DesignChoice[] = [{ id: "ungated" }, { id: "main" }];

/** The shortest list of choices after which the world outside can tell the design on the screen from another one. */
export function Difference({ shown }: { readonly shown: Shown }) {
  const differences = useDifferences();
  const underWay = useDifferencesState((state) => state.underWay);
  const latest = useDifferencesState((state) => state.latest);
  const problem = useDifferencesState((state) => state.problem);
  const [chosen, setChosen] = useState<DesignChoice | null>(null);
  const action = useFocusKept();
  const id = useId();
  const { design } = shown.document;
  const others = othersThan(design);
  const than = preferred(others, [chosen, ...(latest?.designs ?? []), ...USUAL]);
  return (
    <section className="panel-section" aria-labelledby="difference-heading">
      <h2 className="heading" id="difference-heading">
        Shortest difference
      </h2>
      <p className="check-intro">
        The fewest choices after which the world outside can tell <b>{designLabel(design)}</b> from another
        design.
      </p>
      <div ref={action}>
        {underWay === null ? (
          <div className="difference-form">
            <label htmlFor={id} className="visually-hidden">
              The other design
            </label>
            <select
              id={id}
              value={designKey(than)}
              onChange={({ target }) =>
                setChosen(others.find((other) => designKey(other) === target.value) ?? null)
              }
            >
              {others.map((other) => (
                <option key={designKey(other)} value={designKey(other)}>
                  {designLabel(other)}
                </option>
              ))}
            </select>
            <button type="button" className="button" onClick={() => void differences.find(shown, than)}>
              Find
            </button>
          </div>
        ) : (
          <Progress
            pace={underWay}
            doing="Comparing"
            subject={underWay.designs.map(designLabel).join(" with ")}
            unit="pairs"
            cancelLabel="Cancel the comparison"
            search={differences}
          />
        )}
      </div>
      <div role="alert">{problem !== null && <p className="check-problem">{problem}</p>}</div>
      <Result latest={latest} shown={shown} />
    </section>
  );
}

interface ResultProps {
  readonly latest: Compared | null;
  readonly shown: Shown;
}

function Result({ latest, shown }: ResultProps) {
  const faults = useChecksState((state) => state.faults);
  const isUnderWay = useDifferencesState((state) => state.underWay !== null);
  const isKnown = latest !== null && !isUnderWay;
  const part = useRef<HTMLDivElement>(null);
  const wasUnderWay = useRef(false);
  useEffect(() => {
    // What was looked for comes into sight below what asked for it.
    if (wasUnderWay.current && !isUnderWay) part.current?.scrollIntoView({ block: "nearest" });
    wasUnderWay.current = isUnderWay;
  }, [isUnderWay]);
  return (
    <div ref={part}>
      {/* It is there before it says something, so that a reader hears it. */}
      <div role="status">
        {isKnown && (
          <p className="difference-says">
            {!isAbout(latest.subject, shown, faults) && (
              <span className="difference-of">“{latest.document.scenario.title}”, as it was compared: </span>
            )}
            {differenceInShort(latest.designs, latest.report)}
          </p>
        )}
      </div>
      {isKnown && <DifferenceFound compared={latest} />}
    </div>
  );
}

/** What a design can be compared with: the others as they stand by default, and itself with another switch. */
function othersThan(design: DesignChoice): readonly DesignChoice[] {
  const own = designChoice(design.id, design);
  const switched = SWITCH_IDS.flatMap((id) =>
    own[id] === undefined ? [] : [designChoice(design.id, { ...own, [id]: !own[id] })],
  );
  const all = DESIGNS.flatMap(({ id }) =>
    id === design.id ? [designChoice(id), ...switched] : [designChoice(id)],
  );
  const different = all.filter((other) => !isSameDesign(other, design));
  return different.filter((other, index) => different.findIndex((one) => isSameDesign(one, other)) === index);
}

/** The first of some wishes that can be met. */
function preferred(others: readonly DesignChoice[], wishes: readonly (DesignChoice | null)[]): DesignChoice {
  const met = wishes.flatMap(
    (wish) => others.find((other) => wish !== null && isSameDesign(other, wish)) ?? [],
  );
  return met[0] ?? others[0] ?? { id: "main" };
}
