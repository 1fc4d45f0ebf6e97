import { IconButton } from "../common/IconButton.tsx";
import { DesignPicker } from "./DesignPicker.tsx";
import { ResetButton } from "./ResetButton.tsx";
import { ScenarioPicker } from "./ScenarioPicker.tsx";
import { ShareButton } from "./ShareButton.tsx";
import { ThemeButton } from "./ThemeButton.tsx";
import { UndoButtons } from "./UndoButtons.tsx";
import { WorldButton } from "./WorldButton.tsx";

interface Props {
  readonly onHelp: () => void;
  /** Shows the check of all orders, or the run again. */
  readonly onCheck: () => void;
  readonly isChecking: boolean;
}

/** The bar at the top: what is run, and what can be done with the whole. */
export function Header({ onHelp, onCheck, isChecking }: Props) {
  return (
    <header className="header">
      <h1 className="brand">
        <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
          <path d="M4 3v5M11 3v5M18 3v5" stroke="var(--held)" strokeWidth="2.6" strokeLinecap="round" />
          <rect x="1.5" y="10" width="19" height="4" rx="1.5" fill="var(--ink)" />
          <path d="M11 16v3.5" stroke="var(--out)" strokeWidth="2.6" strokeLinecap="round" />
        </svg>
        <span className="brand-name">Gatescope</span>
      </h1>
      <ScenarioPicker />
      <DesignPicker />
      <div className="header-tools">
        <IconButton
          icon="orders"
          label="Check every order"
          text="Check"
          shortcut="C"
          aria-pressed={isChecking}
          className="check-button"
          onClick={onCheck}
        />
        <UndoButtons />
        <ResetButton />
        <WorldButton />
        <ShareButton />
        <ThemeButton />
        <IconButton icon="help" label="Help and shortcuts" shortcut="?" onClick={onHelp} />
      </div>
    </header>
  );
}
