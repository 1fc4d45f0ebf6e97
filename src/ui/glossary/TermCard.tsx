import { type RefObject, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { TERMS, type TermId } from "./terms.ts";

const GAP_PX = 6;
const EDGE_PX = 8;

interface Props {
  readonly id: TermId;
  readonly cardId: string;
  /** The word that the card stands beside. */
  readonly word: RefObject<HTMLElement | null>;
}

/** What a term means, beside the word. */
export function TermCard({ id, cardId, word }: Props) {
  const { title, meaning } = TERMS[id];
  const card = useRef<HTMLSpanElement>(null);

  useLayoutEffect(() => {
    if (word.current === null || card.current === null) return;
    const box = word.current.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = card.current;
    const left = Math.max(EDGE_PX, Math.min(box.left, innerWidth - offsetWidth - EDGE_PX));
    const below = box.bottom + GAP_PX;
    const top = below + offsetHeight > innerHeight - EDGE_PX ? box.top - offsetHeight - GAP_PX : below;
    card.current.style.left = `${left}px`;
    card.current.style.top = `${top}px`;
  }, [word]);

  return createPortal(
    <span className="popover term-card" role="tooltip" id={cardId} ref={card}>
      <strong>{title}</strong>
      <span>{meaning}</span>
    </span>,
    document.body,
  );
}
