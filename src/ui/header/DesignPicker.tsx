import { designInfo } from "../../store/designs.ts";
import { Icon } from "../common/Icon.tsx";
import { useLazy } from "../common/use-lazy.ts";
import { useSession } from "../explorer-context.ts";

const loadPopover = async () => (await import("./DesignPopover.tsx")).DesignPopover;

/** Shows which design the run is under, and opens the list of all with their switches. */
export function DesignPicker() {
  const design = useSession((state) => (state.pending ?? state.shown?.document)?.design ?? null);
  const [DesignPopover, ask] = useLazy(loadPopover);
  const label = design === null ? "Design" : designInfo(design.id).label;
  const isOff = design?.autogate === false;
  const name = `Design: ${label}${isOff ? ", autogate off" : ""}`;
  const face = (
    <>
      <span className="design-name">{label}</span>
      {isOff && <span className="badge">autogate off</span>}
      <Icon name="chevron" />
    </>
  );
  if (DesignPopover === null) {
    return (
      <button
        type="button"
        className="button design-button"
        aria-label={name}
        aria-haspopup="dialog"
        aria-expanded={false}
        onClick={ask}
      >
        {face}
      </button>
    );
  }
  return (
    <DesignPopover
      trigger={
        <button type="button" className="button design-button" aria-label={name}>
          {face}
        </button>
      }
    />
  );
}
