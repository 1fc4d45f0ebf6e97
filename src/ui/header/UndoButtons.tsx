import { IconButton } from "../common/IconButton.tsx";
import { useExplorer, useSession } from "../explorer-context.ts";

/** Takes back what a person did, and does it again. */
export function UndoButtons() {
  const { session } = useExplorer();
  const past = useSession((state) => state.history.past.at(-1)?.label ?? null);
  const future = useSession((state) => state.history.future.at(-1)?.label ?? null);
  return (
    <div className="button-pair">
      <IconButton
        icon="undo"
        label={past === null ? "Undo" : `Undo: ${past}`}
        shortcut="Ctrl+Z"
        disabled={past === null}
        onClick={session.undo}
      />
      <IconButton
        icon="redo"
        label={future === null ? "Redo" : `Redo: ${future}`}
        shortcut="Ctrl+Shift+Z"
        disabled={future === null}
        onClick={session.redo}
      />
    </div>
  );
}
