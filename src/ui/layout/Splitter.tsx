import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { PANEL_WIDTHS_PX } from "../../store/preferences.ts";
import { useExplorer, usePreferences } from "../explorer-context.ts";

const KEY_STEP_PX = 16;

interface Props {
  readonly panel: "sourceWidth" | "sideWidth";
  readonly label: string;
}

/** The edge between a panel and the timeline: dragged, or moved with the arrows. */
export function Splitter({ panel, label }: Props) {
  const { preferences } = useExplorer();
  const width = usePreferences((state) => state[panel]);
  const edge = useRef<HTMLDivElement>(null);
  const [shownWidth, setShownWidth] = useState<number>(PANEL_WIDTHS_PX.min);
  useEffect(() => {
    const region = edge.current?.parentElement ?? null;
    if (region === null) return undefined;
    const observer = new ResizeObserver(() => setShownWidth(Math.round(region.clientWidth)));
    observer.observe(region);
    return () => observer.disconnect();
  }, []);
  // The source panel lies left of its edge, the side panel right of it.
  const sign = panel === "sourceWidth" ? 1 : -1;

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const target = event.currentTarget;
    const startX = event.clientX;
    const startWidth = width ?? shownWidth;
    target.setPointerCapture(event.pointerId);
    const onMove = (move: globalThis.PointerEvent): void =>
      preferences.setWidth(panel, startWidth + sign * (move.clientX - startX));
    target.addEventListener("pointermove", onMove);
    target.addEventListener("lostpointercapture", () => target.removeEventListener("pointermove", onMove), {
      once: true,
    });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    preferences.setWidth(
      panel,
      (width ?? shownWidth) + sign * (event.key === "ArrowRight" ? KEY_STEP_PX : -KEY_STEP_PX),
    );
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be moved.
    <div
      className="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuemin={PANEL_WIDTHS_PX.min}
      aria-valuemax={PANEL_WIDTHS_PX.max}
      aria-valuenow={shownWidth}
      ref={edge}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
