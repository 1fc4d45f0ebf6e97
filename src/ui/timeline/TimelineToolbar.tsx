import type { RunData } from "../../run/run.ts";
import { textOf } from "../../timeline/textview.ts";
import { CopyButton } from "../common/CopyButton.tsx";
import { IconButton } from "../common/IconButton.tsx";
import { useExplorer } from "../explorer-context.ts";

interface Props {
  readonly run: RunData;
  /** The whole run is in view. */
  readonly isFit: boolean;
  readonly onZoomIn: () => void;
  readonly onZoomOut: () => void;
  readonly onFit: () => void;
}

/** What can be done with the picture. */
export function TimelineToolbar({ run, isFit, onZoomIn, onZoomOut, onFit }: Props) {
  const { selection } = useExplorer();
  return (
    <div className="timeline-toolbar">
      <h2 className="heading">Timeline</h2>
      <IconButton
        icon="bolt"
        id="fail-button"
        label="Make something fail"
        shortcut="F"
        text="Fail…"
        className="button-quiet"
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          selection.openMenu({ record: null, xPx: left, yPx: bottom });
        }}
      />
      <CopyButton label="Copy as text" text="Copy as text" content={() => textOf(run)} />
      <IconButton
        id="zoom-out-button"
        icon="zoom-out"
        label="Zoom out"
        shortcut="−"
        disabled={isFit}
        onClick={onZoomOut}
      />
      <IconButton
        id="fit-button"
        icon="fit"
        label="Fit the whole run"
        shortcut="0"
        disabled={isFit}
        onClick={onFit}
      />
      <IconButton id="zoom-in-button" icon="zoom-in" label="Zoom in" shortcut="+" onClick={onZoomIn} />
    </div>
  );
}
