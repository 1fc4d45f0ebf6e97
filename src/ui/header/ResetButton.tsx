import { IconButton } from "../common/IconButton.tsx";
import { useExplorer, useSession } from "../explorer-context.ts";

/** Forgets every choice of a person. */
export function ResetButton() {
  const explorer = useExplorer();
  const isDefault = useSession((state) => (state.shown?.document.choices.length ?? 0) === 0);
  return (
    <IconButton
      icon="reset"
      label="Back to the default run"
      text="Reset run"
      disabled={isDefault}
      onClick={() => void explorer.reset()}
    />
  );
}
