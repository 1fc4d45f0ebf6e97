import type { UnderWay } from "../../store/checks.ts";
import { designLabel } from "../../store/designs.ts";
import { Progress } from "./Progress.tsx";
import { useChecks } from "./use-checks.ts";

/** A check under way. */
export function CheckProgress({ underWay }: { readonly underWay: UnderWay }) {
  const checks = useChecks();
  const { design, waiting } = underWay;
  return (
    <Progress
      pace={underWay}
      doing="Checking"
      subject={`${designLabel(design)}${waiting > 0 ? `, ${waiting} more to come` : ""}`}
      unit="states"
      cancelLabel="Cancel the check"
      search={checks}
    />
  );
}
