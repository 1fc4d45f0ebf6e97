import { type CSSProperties, lazy, Suspense, useCallback, useState } from "react";
import { useDetailsAhead } from "../common/details.ts";
import { useLazy } from "../common/use-lazy.ts";
import { useMedia } from "../common/use-media.ts";
import { usePreferences } from "../explorer-context.ts";
import { Header } from "../header/Header.tsx";
import { SourcePanel } from "../source/SourcePanel.tsx";
import { TimelinePanel } from "../timeline/TimelinePanel.tsx";
import { Transport } from "../transport/Transport.tsx";
import { Messages } from "./Messages.tsx";
import type { PanelId } from "./panel.ts";
import { SidePanel } from "./SidePanel.tsx";
import { Splitter } from "./Splitter.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { useTheme } from "./use-theme.ts";

/** Below this the panels beside the timeline become tabs: beside it, then (in the style sheet) under it. */
const WIDE = "(min-width: 1180px)";

/** Only narrow windows need it. */
const Tabbed = lazy(async () => ({ default: (await import("./Tabbed.tsx")).Tabbed }));

const loadHelp = async () => (await import("../help/HelpDialog.tsx")).HelpDialog;

/** Only who checks needs it. */
const CheckSide = lazy(async () => ({ default: (await import("../check/CheckSide.tsx")).CheckSide }));

/** The explorer's screen. */
export function App() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [HelpDialog, askForHelp] = useLazy(loadHelp);
  const openHelp = useCallback(() => {
    askForHelp();
    setHelpOpen(true);
  }, [askForHelp]);
  const [panel, setPanel] = useState<PanelId>("run");
  const toggleCheck = useCallback(() => setPanel((now) => (now === "check" ? "run" : "check")), []);
  useTheme();
  useDetailsAhead();
  useShortcuts(openHelp, toggleCheck);
  return (
    <>
      <SkipLink />
      <Header onHelp={openHelp} onCheck={toggleCheck} isChecking={panel === "check"} />
      <Messages />
      <Regions panel={panel} onPanel={setPanel} />
      <footer className="footer">
        <Transport />
      </footer>
      {HelpDialog !== null && <HelpDialog isOpen={isHelpOpen} onOpenChange={setHelpOpen} />}
    </>
  );
}

/** It moves the focus and leaves the address alone: what stands after "#" there is a run. */
function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it leads somewhere, as skip links do.
    <a
      className="skip-link"
      href="#timeline-surface"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById("timeline-surface")?.focus();
      }}
    >
      Skip to the timeline
    </a>
  );
}

interface RegionsProps {
  readonly panel: PanelId;
  readonly onPanel: (panel: PanelId) => void;
}

function Regions({ panel, onPanel }: RegionsProps) {
  const isWide = useMedia(WIDE);
  const sourceWidth = usePreferences((state) => state.sourceWidth);
  const sideWidth = usePreferences((state) => state.sideWidth);
  // The panels' widths are the reader's; the style sheet decides how much of the window they may take.
  const style = {
    ...(sourceWidth !== null && { "--source-width": `${sourceWidth}px` }),
    ...(sideWidth !== null && { "--side-width": `${sideWidth}px` }),
  } as CSSProperties;
  if (!isWide) {
    return (
      <div className="regions regions-tabbed">
        <main className="region-timeline">
          <TimelinePanel />
        </main>
        <aside className="region-tabs" aria-label="Details">
          <Suspense fallback={null}>
            <Tabbed panel={panel} onPanel={onPanel} />
          </Suspense>
        </aside>
      </div>
    );
  }
  return (
    <div className="regions" style={style}>
      <aside className="region-source" aria-label="Handler and console">
        <SourcePanel />
        <Splitter panel="sourceWidth" label="Width of the handler panel" />
      </aside>
      <main className="region-timeline">
        <TimelinePanel />
      </main>
      <aside className="region-side" aria-label="Details">
        <Splitter panel="sideWidth" label="Width of the details panel" />
        {panel === "run" ? (
          <SidePanel />
        ) : (
          <Suspense fallback={null}>
            <CheckSide onClose={() => onPanel("run")} />
          </Suspense>
        )}
      </aside>
    </div>
  );
}
