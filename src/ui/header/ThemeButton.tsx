import type { Theme } from "../../store/preferences.ts";
import { IconButton } from "../common/IconButton.tsx";
import { useExplorer, usePreferences } from "../explorer-context.ts";

const NEXT = { system: "light", light: "dark", dark: "system" } as const satisfies Readonly<
  Record<Theme, Theme>
>;
const ICONS = { system: "screen", light: "sun", dark: "moon" } as const;

/** Goes through the themes: as the system, light, dark. */
export function ThemeButton() {
  const explorer = useExplorer();
  const theme = usePreferences((state) => state.theme);
  return (
    <IconButton
      icon={ICONS[theme]}
      label={`Theme: ${theme}`}
      onClick={() => explorer.preferences.setTheme(NEXT[theme])}
    />
  );
}
