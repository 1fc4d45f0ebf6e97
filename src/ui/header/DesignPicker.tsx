import { DESIGNS, designChoice, designInfo } from "../../store/designs.ts";
import { useExplorer, useSession } from "../explorer-context.ts";
import { Term } from "../glossary/Term.tsx";

/** Picks the design, and switches the autogate of one that stands behind it. */
export function DesignPicker() {
  const explorer = useExplorer();
  const design = useSession((state) => (state.pending ?? state.shown?.document)?.design ?? null);
  const hasAutogate = design !== null && designInfo(design.id).hasAutogate;
  return (
    <div className="designs">
      <div role="radiogroup" className="segmented" aria-label="Design">
        {DESIGNS.map(({ id, label, sentence }) => (
          // Each design is a tab stop: the arrows step through the run, here as everywhere.
          // biome-ignore lint/a11y/useSemanticElements: the arrows would move a native radio button.
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={id === design?.id}
            className="segment"
            title={sentence}
            onClick={() => id !== design?.id && void explorer.setDesign(designChoice(id))}
          >
            {label}
          </button>
        ))}
      </div>
      {hasAutogate && (
        <div className="switch-row">
          <input
            type="checkbox"
            role="switch"
            className="switch"
            checked={design.autogate}
            aria-checked={design.autogate}
            aria-label="Autogate"
            onChange={(event) => void explorer.setDesign(designChoice(design.id, event.target.checked))}
          />
          <span>
            <Term id="autogate">autogate</Term> {design.autogate ? "on" : "off"}
          </span>
        </div>
      )}
    </div>
  );
}
