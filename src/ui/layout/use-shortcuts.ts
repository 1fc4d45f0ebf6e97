import { useEffect } from "react";
import type { Explorer } from "../../store/explorer.ts";
import { useExplorer } from "../explorer-context.ts";

/** The keys that work everywhere but where text is entered, a menu is open, or the focused control needs them itself. */
export function useShortcuts(onHelp: () => void, onCheck: () => void): void {
  const explorer = useExplorer();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || isTyping(event.target) || isInOverlay(event.target))
        return;
      const handled =
        event.ctrlKey || event.metaKey
          ? undoKeys(event, explorer)
          : plainKeys(event, explorer, onHelp, onCheck);
      if (handled) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [explorer, onHelp, onCheck]);
}

function undoKeys({ key, shiftKey }: KeyboardEvent, { session }: Explorer): boolean {
  if (key.toLowerCase() === "z") {
    if (shiftKey) session.redo();
    else session.undo();
    return true;
  }
  if (key.toLowerCase() === "y") {
    session.redo();
    return true;
  }
  return false;
}

function plainKeys(
  event: KeyboardEvent,
  explorer: Explorer,
  onHelp: () => void,
  onCheck: () => void,
): boolean {
  const { playback } = explorer;
  switch (event.key) {
    case "ArrowLeft":
      if (movesWithArrows(event.target)) return false;
      playback.moveBy(-1);
      return true;
    case "ArrowRight":
      if (movesWithArrows(event.target)) return false;
      playback.moveBy(1);
      return true;
    case "Home":
      playback.toStart();
      return true;
    case "End":
      playback.toEnd();
      return true;
    case " ":
      // A focused button is pressed by the space bar.
      if (
        event.target instanceof Element &&
        event.target.closest("button, a, [type=checkbox], [type=radio]") !== null
      )
        return false;
      playback.toggle();
      return true;
    case "?":
      onHelp();
      return true;
    case "c":
    case "C":
      onCheck();
      return true;
    case "f":
    case "F":
      return press("fail-button");
    case "u":
    case "U":
      return press("until-button");
    case "+":
    case "=":
      return press("zoom-in-button");
    case "-":
    case "−":
      return press("zoom-out-button");
    case "0":
      return press("fit-button");
    default:
      if (!/^[1-9]$/.test(event.key)) return false;
      void explorer.takeNumber(Number(event.key) - 1);
      return true;
  }
}

function press(id: string): boolean {
  document.getElementById(id)?.click();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && !["range", "checkbox", "radio"].includes(target.type);
}

function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], [role=menu]") !== null;
}

/** Tabs, sliders and separators use the arrows themselves. */
function movesWithArrows(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("[role=tab], [role=separator], [type=range], [type=radio]") !== null
  );
}
