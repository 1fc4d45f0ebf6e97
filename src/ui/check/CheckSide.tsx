import { IconButton } from "../common/IconButton.tsx";
import { CheckPanel } from "./CheckPanel.tsx";

/** The check in the place of the panel beside the timeline. */
export function CheckSide({ onClose }: { readonly onClose: () => void }) {
  return (
    <div className="side-panel">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to do so by keyboard. */}
      <section className="side-scroll check-side" aria-label="Check" tabIndex={0}>
        <IconButton
          icon="close"
          label="Back to the run"
          className="button-quiet check-close"
          onClick={onClose}
        />
        <CheckPanel />
      </section>
    </div>
  );
}
