import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useLazy } from "../common/use-lazy.ts";
import type { TermId } from "./terms.ts";

/** Resting on the word for so long explains it; leaving it for so long puts the explanation away. */
const REST_MS = 200;
const LEAVE_MS = 150;

/** The explanations: the first picture has only the words. */
export const loadTermCard = async () => (await import("./TermCard.tsx")).TermCard;

interface Props {
  readonly id: TermId;
  /** The word as it stands in its sentence. */
  readonly children: ReactNode;
  readonly isTabStop?: boolean;
}

/** A word of the field, explained on hover, focus and tap. Escape puts the explanation away. */
export function Term({ id, children, isTabStop = true }: Props) {
  const [TermCard, ask] = useLazy(loadTermCard);
  const cardId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [isOpen, setOpen] = useState(false);

  const change = (open: boolean, afterMs: number): void => {
    if (open) ask();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(open), afterMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

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
        aria-describedby={isOpen && TermCard !== null ? cardId : undefined}
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
        {children}
      </button>
      {isOpen && TermCard !== null && <TermCard id={id} cardId={cardId} word={button} />}
    </span>
  );
}
