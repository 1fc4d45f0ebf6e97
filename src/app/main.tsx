/*
 * The explorer's entry: makes the stores, follows the address, and draws the screen.
 */
import { createRoot } from "react-dom/client";
import { mustGet } from "../base/assert.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { type AddressBar, followAddress } from "../store/address.ts";
import type { Busy } from "../store/busy.ts";
import { createExplorer } from "../store/explorer.ts";
import type { PreferenceStorage } from "../store/preferences.ts";
import "../timeline/draw/timeline-theme.css";
import "../timeline/draw/timeline.css";
import { ExplorerContext } from "../ui/explorer-context.ts";
import { App } from "../ui/layout/App.tsx";
import "../ui/styles.css";
import { createClient } from "../worker/client.ts";

const explorer = createExplorer({
  client: createClient(),
  scenarios: SCENARIOS,
  storage: localStorageOrNull(),
});

followIdle(explorer.busy);
followAddress(explorer, addressBar());
createRoot(mustGet(document.getElementById("root"), "the element #root")).render(
  <ExplorerContext value={explorer}>
    <App />
  </ExplorerContext>,
);

/** Says on the document whether anything is under way, once what came of it has been painted. */
function followIdle(busy: Busy): void {
  const { dataset } = document.documentElement;
  dataset.idle = "false";
  busy.store.subscribe(({ count }) => {
    if (count > 0) {
      dataset.idle = "false";
      return;
    }
    requestAnimationFrame(() => {
      if (busy.store.getState().count === 0) dataset.idle = "true";
    });
  });
}

function addressBar(): AddressBar {
  return {
    read: () => location.hash,
    replace: (hash) => history.replaceState(history.state, "", hash),
    onChange(listener) {
      addEventListener("hashchange", listener);
      return () => removeEventListener("hashchange", listener);
    },
  };
}

/** Reading the property throws where storage is forbidden. */
function localStorageOrNull(): PreferenceStorage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
