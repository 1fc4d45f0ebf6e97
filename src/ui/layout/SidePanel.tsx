import { ChoiceList } from "../side/ChoiceList.tsx";
import { HeldList } from "../side/HeldList.tsx";
import { Inspector } from "../side/Inspector.tsx";
import { PropertyList } from "../side/PropertyList.tsx";
import { Recorded } from "../side/Recorded.tsx";

/** What can happen next, what is held, what holds, what is selected. */
export function SidePanel() {
  return (
    <div className="side-panel">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to do so by keyboard. */}
      <section className="side-scroll" aria-label="Next, held, properties" tabIndex={0}>
        <ChoiceList />
        <HeldList />
        <PropertyList />
        <Recorded />
      </section>
      <div className="side-docked">
        <Inspector />
      </div>
    </div>
  );
}
