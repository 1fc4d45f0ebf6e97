import { lazy, Suspense } from "react";
import { useShown } from "../explorer-context.ts";

/** Only for scenarios that were recorded. */
const SeenOnWorkerd = lazy(async () => ({ default: (await import("./SeenOnWorkerd.tsx")).SeenOnWorkerd }));

/** The recording of real workerd that belongs to what is shown, if there is one. */
export function Recorded() {
  const shown = useShown();
  if (shown?.document.scenario.recording === undefined || shown.document.source !== null) return null;
  return (
    <Suspense fallback={null}>
      <SeenOnWorkerd />
    </Suspense>
  );
}
