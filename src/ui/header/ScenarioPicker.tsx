import { Icon } from "../common/Icon.tsx";
import { useLazy } from "../common/use-lazy.ts";
import { useSession } from "../explorer-context.ts";

const loadMenu = async () => (await import("./ScenarioMenu.tsx")).ScenarioMenu;

/** Shows which scenario is on the screen, and opens the menu of all. */
export function ScenarioPicker() {
  const document = useSession((state) => state.pending ?? state.shown?.document ?? null);
  const [ScenarioMenu, ask] = useLazy(loadMenu);
  const isEdited = document !== null && document.source !== null;
  const title = document?.scenario.title ?? "Scenario";
  const name = `Scenario: ${title}${isEdited ? ", edited" : ""}`;
  const face = (
    <>
      <span className="scenario-name">{title}</span>
      {isEdited && <span className="badge">edited</span>}
      <Icon name="chevron" />
    </>
  );
  if (ScenarioMenu === null) {
    return (
      <button
        type="button"
        className="button scenario-button"
        aria-label={name}
        aria-haspopup="menu"
        aria-expanded={false}
        onClick={ask}
      >
        {face}
      </button>
    );
  }
  const trigger = (
    <button type="button" className="button scenario-button" aria-label={name}>
      {face}
    </button>
  );
  return <ScenarioMenu trigger={trigger} />;
}
