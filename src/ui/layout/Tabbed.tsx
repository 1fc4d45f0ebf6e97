import { Tabs } from "radix-ui";
import { ChoiceList } from "../side/ChoiceList.tsx";
import { HeldList } from "../side/HeldList.tsx";
import { Inspector } from "../side/Inspector.tsx";
import { PropertyList } from "../side/PropertyList.tsx";
import { SourcePanel } from "../source/SourcePanel.tsx";

/** The regions beside the timeline as tabs, where there is no room for them side by side. */
export function Tabbed() {
  return (
    <Tabs.Root defaultValue="next" className="tabbed">
      <Tabs.List className="tab-list" aria-label="Panels">
        <Tabs.Trigger value="next" className="tab">
          Next
        </Tabs.Trigger>
        <Tabs.Trigger value="handler" className="tab">
          Handler
        </Tabs.Trigger>
        <Tabs.Trigger value="properties" className="tab">
          Properties
        </Tabs.Trigger>
        <Tabs.Trigger value="selected" className="tab">
          Selected
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="next" className="tab-content">
        <ChoiceList />
        <HeldList />
      </Tabs.Content>
      <Tabs.Content value="handler" className="tab-content">
        <SourcePanel />
      </Tabs.Content>
      <Tabs.Content value="properties" className="tab-content">
        <PropertyList />
      </Tabs.Content>
      <Tabs.Content value="selected" className="tab-content">
        <Inspector />
      </Tabs.Content>
    </Tabs.Root>
  );
}
