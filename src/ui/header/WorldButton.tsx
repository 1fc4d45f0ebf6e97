import { countChanges } from "../../store/world.ts";
import { IconButton } from "../common/IconButton.tsx";
import { useLazy } from "../common/use-lazy.ts";
import { useSession } from "../explorer-context.ts";

const loadPopover = async () => (await import("./WorldPopover.tsx")).WorldPopover;

/** Opens the settings of the world, and says whether some are changed. */
export function WorldButton() {
  const settings = useSession((state) => (state.pending ?? state.shown?.document)?.settings ?? null);
  const [WorldPopover, ask] = useLazy(loadPopover);
  const changes = settings === null ? 0 : countChanges(settings);
  const face = {
    icon: "globe",
    label: changes > 0 ? `World settings, ${changes} changed` : "World settings",
    text: "World",
    disabled: settings === null,
    ...(changes > 0 && { className: "has-changes" }),
  } as const;
  if (WorldPopover === null) {
    return <IconButton {...face} aria-haspopup="dialog" aria-expanded={false} onClick={ask} />;
  }
  return <WorldPopover trigger={<IconButton {...face} />} />;
}
