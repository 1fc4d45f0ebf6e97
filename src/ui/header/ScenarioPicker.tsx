import { DropdownMenu } from "radix-ui";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, useSession } from "../explorer-context.ts";

/** Picks a scenario: each with its title and one sentence. */
export function ScenarioPicker() {
  const explorer = useExplorer();
  const document = useSession((state) => state.pending ?? state.shown?.document ?? null);
  const isEdited = document !== null && document.source !== null;
  const title = document?.scenario.title ?? "Scenario";
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="button scenario-button"
          aria-label={`Scenario: ${title}${isEdited ? ", edited" : ""}`}
        >
          <span className="scenario-name">{title}</span>
          {isEdited && <span className="badge">edited</span>}
          <Icon name="chevron" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="popover menu scenario-menu"
          align="start"
          sideOffset={6}
          collisionPadding={8}
        >
          <DropdownMenu.Label className="heading menu-heading">Scenarios</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={document?.scenario.id ?? ""}
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
