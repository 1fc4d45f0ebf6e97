import { DropdownMenu } from "radix-ui";
import type { FailureMenu as Menu } from "../../store/selection.ts";
import { momentOf, type Shown } from "../../store/shown.ts";
import { type Injectable, injectableAt } from "../../store/subject.ts";
import { describe } from "../../timeline/describe.ts";
import { timeText } from "../../timeline/words.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, useSelection, useShown } from "../explorer-context.ts";

/** The failures that can be injected: into one record's commit, connection or request, or at the moment under the cursor. */
export function FailureMenu() {
  const { selection } = useExplorer();
  const shown = useShown();
  const menu = useSelection((state) => state.menu);
  if (shown === null || menu === null) return null;
  return (
    <DropdownMenu.Root
      key={`${menu.record}:${menu.xPx}:${menu.yPx}`}
      open
      modal={false}
      onOpenChange={(isOpen) => !isOpen && selection.closeMenu()}
    >
      <DropdownMenu.Trigger asChild>
        <span className="menu-anchor" style={{ left: menu.xPx, top: menu.yPx }} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <MenuContent shown={shown} menu={menu} />
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function MenuContent({ shown, menu }: { readonly shown: Shown; readonly menu: Menu }) {
  const explorer = useExplorer();
  const { cursor } = explorer.playback.store.getState();
  const record = menu.record === null ? undefined : shown.run.records[menu.record];
  const injectable =
    record === undefined
      ? failuresAt(shown, cursor)
      : injectableAt(shown.run, record, momentOf(shown, cursor).step.index);
  const at = injectable === null ? null : shown.run.steps[injectable.step]?.at;
  return (
    <DropdownMenu.Content
      className="popover menu"
      align="start"
      sideOffset={4}
      collisionPadding={8}
      aria-label="Make something fail"
      onCloseAutoFocus={(event) => {
        event.preventDefault();
        document.getElementById("timeline-surface")?.focus({ preventScroll: true });
      }}
    >
      <DropdownMenu.Label
        className={record === undefined ? "heading menu-heading" : "menu-heading menu-subject"}
      >
        {record === undefined ? "Make something fail" : describe(record, shown.run)}
      </DropdownMenu.Label>
      {injectable === null ? (
        <DropdownMenu.Item className="menu-item" disabled>
          Nothing can be made to fail here.
        </DropdownMenu.Item>
      ) : (
        injectable.choices.map((choice) => (
          <DropdownMenu.Item
            key={choice.key}
            className="menu-item menu-failure"
            onSelect={() => void explorer.take(choice, injectable.step)}
          >
            <span className="menu-mark">
              <Icon name="bolt" />
            </span>
            <span>
              <span className="menu-title">{choice.title}</span>
              <span className="menu-detail">
                {at === undefined || at === null ? "" : `after ${timeText(at)}`}
                {choice.detail === "" ? "" : ` · ${choice.detail}`}
              </span>
            </span>
          </DropdownMenu.Item>
        ))
      )}
    </DropdownMenu.Content>
  );
}

function failuresAt(shown: Shown, cursor: number): Injectable | null {
  const { step } = momentOf(shown, cursor);
  const choices = step.enabled.filter((choice) => choice.role === "failure");
  return choices.length === 0 ? null : { step: step.index, choices };
}
