import { Switch, ToggleGroup } from "radix-ui";
import { DESIGNS, designChoice, designInfo, isDesignId } from "../../store/designs.ts";
import { useExplorer, useSession } from "../explorer-context.ts";
import { Term } from "../glossary/Term.tsx";

/** Picks the design, and switches the autogate of one that stands behind it. */
export function DesignPicker() {
  const explorer = useExplorer();
  const design = useSession((state) => (state.pending ?? state.shown?.document)?.design ?? null);
  const hasAutogate = design !== null && designInfo(design.id).hasAutogate;
  return (
    <div className="designs">
      <ToggleGroup.Root
        type="single"
        // The arrows step through the run, here as everywhere; each design is a tab stop.
        rovingFocus={false}
        className="segmented"
        aria-label="Design"
        value={design?.id ?? ""}
        // An empty value is a click on what is chosen already.
        onValueChange={(id) => isDesignId(id) && void explorer.setDesign(designChoice(id))}
      >
        {DESIGNS.map(({ id, label, sentence }) => (
          <ToggleGroup.Item key={id} value={id} className="segment" title={sentence}>
            {label}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      {hasAutogate && (
        <div className="switch-row">
          <Switch.Root
            id="autogate"
            className="switch"
            checked={design.autogate}
            aria-label="Autogate"
            onCheckedChange={(isOn) => void explorer.setDesign(designChoice(design.id, isOn))}
          >
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
          <span>
            <Term id="autogate">autogate</Term> {design.autogate ? "on" : "off"}
          </span>
        </div>
      )}
    </div>
  );
}
