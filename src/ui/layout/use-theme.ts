import { useEffect } from "react";
import { useMedia } from "../common/use-media.ts";
import { usePreferences } from "../explorer-context.ts";

/** Puts the theme that applies on the document, where the style sheets look for it. */
export function useTheme(): void {
  const theme = usePreferences((state) => state.theme);
  const isSystemDark = useMedia("(prefers-color-scheme: dark)");
  const applied = theme === "system" ? (isSystemDark ? "dark" : "light") : theme;
  useEffect(() => {
    document.documentElement.dataset.theme = applied;
  }, [applied]);
}
