import { useLayoutEffect, useRef } from "react";
import { causesOf } from "../../timeline/causality.ts";
import { describe } from "../../timeline/describe.ts";
import { timeText } from "../../timeline/words.ts";
import { useSelection, useShown } from "../explorer-context.ts";

const GAP_PX = 14;
const EDGE_PX = 8;

interface Props {
  /** Where the pointer is, in px of the page; read when the card appears. */
  readonly pointer: { readonly current: { readonly xPx: number; readonly yPx: number } };
}

/** What the pointer is at, in two lines. The same stands in the inspector once it is selected. */
export function HoverCard({ pointer }: Props) {
  const shown = useShown();
  const hovered = useSelection((state) => (state.menu === null ? state.hovered : null));
  const card = useRef<HTMLDivElement>(null);
  const record = hovered === null ? undefined : shown?.run.records[hovered];

  useLayoutEffect(() => {
    const element = card.current;
    if (element === null || record === undefined) return;
    const { xPx, yPx } = pointer.current;
    const { offsetWidth, offsetHeight } = element;
    const left = Math.min(xPx + GAP_PX, innerWidth - offsetWidth - EDGE_PX);
    const below = yPx + GAP_PX;
    const top = below + offsetHeight > innerHeight - EDGE_PX ? yPx - offsetHeight - GAP_PX : below;
    element.style.transform = `translate(${Math.max(EDGE_PX, left)}px, ${Math.max(EDGE_PX, top)}px)`;
  }, [record, pointer]);

  if (shown === null || record === undefined) return null;
  return (
    <div className="popover hover-card" ref={card} aria-hidden="true">
      <strong>{describe(record, shown.run)}</strong>
      <span>
        {timeText(record.at)} · {causesOf(shown.run, record.index).sentence}
      </span>
    </div>
  );
}
