import { IconButton } from "../common/IconButton.tsx";
import { useLazy } from "../common/use-lazy.ts";
import { useSession } from "../explorer-context.ts";

const loadPopover = async () => (await import("./UntilPopover.tsx")).UntilPopover;

/** Runs on, or back, to where a condition is met. */
export function UntilButton() {
  const isDisabled = useSession((state) => state.shown === null);
  const [UntilPopover, ask] = useLazy(loadPopover);
  const face = {
    id: "until-button",
    className: "until-button",
    icon: "until",
    label: "Run until",
    text: "Run until",
    shortcut: "U",
    disabled: isDisabled,
  } as const;
  if (UntilPopover === null)
    return <IconButton {...face} aria-haspopup="dialog" aria-expanded={false} onClick={ask} />;
  return <UntilPopover trigger={<IconButton {...face} />} />;
}
