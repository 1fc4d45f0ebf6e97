import { Tabs } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { ChoiceList } from "../side/ChoiceList.tsx";
import { HeldList } from "../side/HeldList.tsx";
import { Inspector } from "../side/Inspector.tsx";
import { PropertyList } from "../side/PropertyList.tsx";
import { Recorded } from "../side/Recorded.tsx";
import { SourcePanel } from "../source/SourcePanel.tsx";
import type { PanelId } from "./panel.ts";

const CheckPanel = lazy(async () => ({ default: (await import("../check/CheckPanel.tsx")).CheckPanel }));

interface Props {
  readonly panel: PanelId;
  readonly onPanel: (panel: PanelId) => void;
}

/** The regions beside the timeline as tabs, where there is no room for them side by side. */
export function Tabbed({ panel, onPanel }: Props) {
  const [tab, setTab] = useState("next");
  return (
    <Tabs.Root
      value={panel === "check" ? "check" : tab}
      onValueChange={(value) => {
        onPanel(value === "check" ? "check" : "run");
        if (value !== "check") setTab(value);
      }}
      className="tabbed"
    >
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
        <Tabs.Trigger value="check" className="tab">
          Check
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
        <Recorded />
      </Tabs.Content>
      <Tabs.Content value="selected" className="tab-content">
        <Inspector />
      </Tabs.Content>
      <Tabs.Content value="check" className="tab-content">
        <Suspense fallback={null}>
          <CheckPanel />
        </Suspense>
      </Tabs.Content>
    </Tabs.Root>
  );
}
