import { useEffect, useState } from "react";
import type { SeenOnWorkerd as Seen } from "../../scenarios/scenario.ts";
import { orderOfRun } from "../../timeline/recorded-order.ts";
import { useShown } from "../explorer-context.ts";
import "./seen.css";

/** What real workerd was recorded doing with the same handler, beside what the run on the screen does. */
export function SeenOnWorkerd() {
  const shown = useShown();
  const load = shown?.document.source === null ? shown.document.scenario.recording : undefined;
  const [seen, setSeen] = useState<Seen | null>(null);
  useEffect(() => {
    let isWanted = true;
    setSeen(null);
    load?.().then(
      (loaded) => isWanted && setSeen(loaded),
      // It explains, and nothing depends on it.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [load]);
  if (shown === null || seen === null) return null;
  const [outcome] = seen.outcomes;
  if (outcome === undefined) return null;
  const here = orderOfRun(shown.run.records);
  const isSame = here.join("\n") === outcome.order.join("\n");
  return (
    <section className="panel-section" aria-labelledby="seen-heading">
      <h2 className="heading" id="seen-heading">
        Also seen on real workerd
      </h2>
      <p className="seen-intro">
        This handler on workerd’s main, with commits that took {seen.commitMs} ms:{" "}
        {outcome.runs === 1 ? "one run" : `all ${outcome.runs} runs`} went like this.{" "}
        {isSame
          ? "The run on the screen goes the same way."
          : "The run on the screen goes another way: other choices, design or world."}
      </p>
      <table className="seen-orders">
        <thead>
          <tr>
            <th scope="col">workerd</th>
            <th scope="col">this run</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: Math.max(here.length, outcome.order.length) }, (_, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the order.
            <tr key={line} className={here[line] === outcome.order[line] ? undefined : "seen-differs"}>
              <td>{outcome.order[line] ?? "–"}</td>
              <td>{here[line] ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
