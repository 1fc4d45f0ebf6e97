import { memo } from "react";
import type { Lane, LaneId } from "../../timeline/lanes.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer } from "../explorer-context.ts";
import { Term } from "../glossary/Term.tsx";

/** Beside a lane that is lower than this there is little room on a narrow screen. */
const SHORT_PX = 64;

interface Props {
  readonly lanes: readonly Lane[];
}

/** Names of the lanes, beside the drawing: real text, and buttons that fold. */
export const LaneHeads = memo(function LaneHeads({ lanes }: Props) {
  return (
    <ul className="lane-heads" aria-label="Lanes">
      {lanes.map((lane) => (
        <li
          key={lane.id}
          className={`lane-head lane-head-${lane.id} ${lane.folded ? "is-folded" : ""} ${lane.height < SHORT_PX ? "is-short" : ""}`}
          style={{ top: lane.top, height: lane.height }}
        >
          <LaneTitle lane={lane} />
          {!lane.folded && <span className="lane-subtitle">{lane.subtitle}</span>}
          {lane.folded && <span className="visually-hidden">{lane.summary}</span>}
        </li>
      ))}
    </ul>
  );
});

function LaneTitle({ lane }: { readonly lane: Lane }) {
  const { preferences } = useExplorer();
  if (!lane.foldable) {
    return (
      <span className="lane-title">
        {lane.id === "gate" ? <Term id="output-gate">{lane.title}</Term> : lane.title}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="lane-title lane-fold"
      aria-expanded={!lane.folded}
      title={lane.folded ? `Unfold: ${lane.summary}` : "Fold"}
      onClick={() => preferences.toggleLane(lane.id satisfies LaneId)}
    >
      <Icon name="chevron" />
      {lane.title}
    </button>
  );
}
