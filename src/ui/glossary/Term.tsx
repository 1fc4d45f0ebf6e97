import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { TERMS, type TermId } from "./terms.ts";

/** Resting on the word for so long explains it; leaving it for so long puts the explanation away. */
const REST_MS = 200;
const LEAVE_MS = 150;
const GAP_PX = 6;
const EDGE_PX = 8;

interface Props {
  readonly id: TermId;
  /** The word as it stands in its sentence; the term's title when absent. */
  readonly children?: ReactNode;
  readonly isTabStop?: boolean;
}

/** A word of the field, explained on hover, focus and tap. Escape puts the explanation away. */
export function Term({ id, children, isTabStop = true }: Props) {
  const { title, meaning } = TERMS[id];
  const cardId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [isOpen, setOpen] = useState(false);

  const change = (open: boolean, afterMs: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(open), afterMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  useLayoutEffect(() => {
    if (!isOpen || button.current === null || card.current === null) return;
    const word = button.current.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = card.current;
    const left = Math.max(EDGE_PX, Math.min(word.left, innerWidth - offsetWidth - EDGE_PX));
    const below = word.bottom + GAP_PX;
    const top = below + offsetHeight > innerHeight - EDGE_PX ? word.top - offsetHeight - GAP_PX : below;
    card.current.style.left = `${left}px`;
    card.current.style.top = `${top}px`;
  }, [isOpen]);

  return (
    <span
      className="term-wrap"
      onPointerEnter={(event) => event.pointerType !== "touch" && change(true, REST_MS)}
      onPointerLeave={() => change(false, LEAVE_MS)}
    >
      <button
        type="button"
        className="term"
        tabIndex={isTabStop ? 0 : -1}
        ref={button}
        aria-describedby={isOpen ? cardId : undefined}
        onFocus={() => change(true, 0)}
        onBlur={() => change(false, 0)}
        onClick={() => change(true, 0)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && isOpen) {
            event.stopPropagation();
            change(false, 0);
          }
        }}
      >
        {children ?? title}
      </button>
      {isOpen &&
        createPortal(
          <span className="popover term-card" role="tooltip" id={cardId} ref={card}>
            <strong>{title}</strong>
            <span>{meaning}</span>
          </span>,
          document.body,
        )}
    </span>
  );
}
