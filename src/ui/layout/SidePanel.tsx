import { ChoiceList } from "../side/ChoiceList.tsx";
import { HeldList } from "../side/HeldList.tsx";
import { Inspector } from "../side/Inspector.tsx";
import { PropertyList } from "../side/PropertyList.tsx";

/** What can happen next, what is held, what holds, what is selected. */
export function SidePanel() {
  return (
    <div className="side-panel">
      <ChoiceList />
      <HeldList />
      <PropertyList />
      <Inspector />
    </div>
  );
}
