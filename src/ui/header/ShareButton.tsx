import { IconButton } from "../common/IconButton.tsx";
import { useLazy } from "../common/use-lazy.ts";

const loadPopover = async () => (await import("./SharePopover.tsx")).SharePopover;

/** Shares a link to this very moment. */
export function ShareButton() {
  const [SharePopover, ask] = useLazy(loadPopover);
  if (SharePopover === null) {
    return (
      <IconButton
        icon="share"
        label="Share"
        text="Share"
        aria-haspopup="dialog"
        aria-expanded={false}
        onClick={ask}
      />
    );
  }
  return <SharePopover trigger={<IconButton icon="share" label="Share" text="Share" />} />;
}
