import { DropdownMenu } from "radix-ui";
import type { ReactElement } from "react";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, useSession } from "../explorer-context.ts";

interface Props {
  readonly trigger: ReactElement;
}

/** The scenarios as a menu, open at once: each with its title and one sentence. */
export function ScenarioMenu({ trigger }: Props) {
  const explorer = useExplorer();
  const current = useSession((state) => (state.pending ?? state.shown?.document)?.scenario.id ?? "");
  return (
    <DropdownMenu.Root defaultOpen modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="popover menu scenario-menu"
          align="start"
          sideOffset={6}
          collisionPadding={8}
        >
          <DropdownMenu.Label className="heading menu-heading">Scenarios</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            className="scenario-items"
            // It scrolls where the window is low.
            tabIndex={0}
            value={current}
            onValueChange={(id) => void explorer.setScenario(id)}
          >
            {explorer.scenarios.map((scenario) => (
              <DropdownMenu.RadioItem key={scenario.id} value={scenario.id} className="menu-item">
                <span className="menu-mark">
                  <DropdownMenu.ItemIndicator>
                    <Icon name="check" />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span>
                  <span className="menu-title">{scenario.title}</span>
                  <span className="menu-detail">{scenario.sentence}</span>
                </span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
