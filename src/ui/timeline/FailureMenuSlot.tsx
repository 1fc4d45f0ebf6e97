import { useEffect } from "react";
import { useLazy } from "../common/use-lazy.ts";
import { useSelection } from "../explorer-context.ts";

const loadMenu = async () => (await import("./FailureMenu.tsx")).FailureMenu;

/** Where the menu of failures appears once one is asked for. */
export function FailureMenuSlot() {
  const isWanted = useSelection((state) => state.menu !== null);
  const [FailureMenu, ask] = useLazy(loadMenu);
  useEffect(() => {
    if (isWanted) ask();
  }, [isWanted, ask]);
  return FailureMenu === null ? null : <FailureMenu />;
}
