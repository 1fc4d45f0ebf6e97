import { Popover } from "radix-ui";
import { type ReactElement, useRef, useState } from "react";
import type { Shown } from "../../store/shown.ts";
import type { Direction } from "../../store/until.ts";
import { useChecks } from "../check/use-checks.ts";
import { Icon } from "../common/Icon.tsx";
import { useShown } from "../explorer-context.ts";
import { ConditionFields } from "./ConditionFields.tsx";
import { clauseOf } from "./condition-words.ts";
import { OrderSearch, unmetText } from "./Unreached.tsx";
import "./until.css";
import { useUntil, useUntilState } from "./use-until.ts";

interface Props {
  readonly trigger: ReactElement;
}

/** Chooses what to run until, and runs. Open at once. */
export function UntilPopover({ trigger }: Props) {
  const [isOpen, setOpen] = useState(true);
  const until = useUntil();
  const shown = useShown();
  const content = useRef<HTMLDivElement>(null);
  /** What had the focus when it was opened. */
  const before = useRef<Element | null>(null);
  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(next) => {
        until.cancel();
        setOpen(next);
      }}
    >
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          ref={content}
          className="popover until-popover"
          side="top"
          align="center"
          sideOffset={8}
          collisionPadding={8}
          aria-label="Run until"
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            before.current = document.activeElement;
            content.current?.querySelector<HTMLElement>("[data-first]")?.focus();
          }}
          onCloseAutoFocus={(event) => {
            const back = before.current;
            if (!(back instanceof HTMLElement) || back === document.body || !back.isConnected) return;
            event.preventDefault();
            back.focus({ preventScroll: true });
          }}
        >
          {shown !== null && <Body shown={shown} onDone={() => setOpen(false)} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface BodyProps {
  readonly shown: Shown;
  readonly onDone: () => void;
}

function Body({ shown, onDone }: BodyProps) {
  const until = useUntil();
  const condition = useUntilState((state) => state.condition);
  const unmet = useUntilState((state) => state.unmet);
  const isSearching = useUntilState((state) => state.searching !== null);
  const checks = useChecks();
  const clause = clauseOf(condition, shown.run, shown.properties);

  const go = async (direction: Direction): Promise<void> => {
    if (await until.run(direction)) onDone();
  };
  const find = async (): Promise<void> => {
    if (await until.findOrder(checks.store.getState(), `Until ${clause}`)) onDone();
  };
  const isSearchOffered = isSearching || (unmet?.type === "nowhere" && unmet.direction === "forward");

  return (
    <form
      className="until-form"
      onSubmit={(event) => {
        event.preventDefault();
        void go("forward");
      }}
      onKeyDown={(event) => {
        // A button that has the focus is pressed by Enter, but Shift+Enter is for the whole.
        const isButton = event.target instanceof HTMLButtonElement;
        if (event.key !== "Enter" || (isButton && !event.shiftKey)) return;
        event.preventDefault();
        void go(event.shiftKey ? "backward" : "forward");
      }}
    >
      <h2 className="heading">Run until</h2>
      <ConditionFields shown={shown} condition={condition} onChange={until.setCondition} />
      <div className="until-go">
        <button
          type="button"
          className="button"
          title="Backward (Shift+Enter)"
          onClick={() => void go("backward")}
        >
          <Icon name="back" /> Backward
        </button>
        <button type="submit" className="button button-primary" title="Forward (Enter)">
          Forward <Icon name="forward" />
        </button>
      </div>
      <p role="status" className="until-says" data-type={unmet?.type}>
        {unmet !== null && unmetText(unmet, clause)}
      </p>
      {isSearchOffered && <OrderSearch onFind={() => void find()} />}
    </form>
  );
}
