import type { ComponentProps } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface Props extends Omit<ComponentProps<"button">, "children"> {
  readonly icon: IconName;
  /** The accessible name, and the tooltip. */
  readonly label: string;
  /** Shown in the tooltip, e.g. "Ctrl+Z". */
  readonly shortcut?: string;
  /** Text beside the icon. */
  readonly text?: string;
}

/** A button that is an icon, with or without text. */
export function IconButton({ icon, label, shortcut, text, className = "", ...rest }: Props) {
  return (
    <button
      type="button"
      className={`button ${text === undefined ? "button-icon" : ""} ${className}`}
      aria-label={text === label ? undefined : label}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      {...rest}
    >
      <Icon name={icon} />
      {text !== undefined && <span className="button-text">{text}</span>}
    </button>
  );
}
