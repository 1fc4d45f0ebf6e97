import { Tooltip } from "radix-ui";
import { type ReactNode, useState } from "react";
import { TERMS, type TermId } from "./terms.ts";

interface Props {
  readonly id: TermId;
  /** The word as it stands in its sentence; the term's title when absent. */
  readonly children?: ReactNode;
}

/** A word of the field, explained on hover, focus and tap. */
export function Term({ id, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { title, meaning } = TERMS[id];
  return (
    <Tooltip.Root open={isOpen} onOpenChange={setOpen} delayDuration={250}>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          className="term"
          // A tap has no hover: it opens too, and does not close what hover has opened.
          onPointerDown={(event) => event.preventDefault()}
          onClick={(event) => {
            event.preventDefault();
            setOpen(true);
          }}
        >
          {children ?? title}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="popover term-popover" sideOffset={6} collisionPadding={8}>
          <strong>{title}</strong>
          <p>{meaning}</p>
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
