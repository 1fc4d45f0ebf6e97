/* One run of one scenario under one build, in the mode that the scenario asks for. */
import { type Build, CLUSTER_BUILD, LOCAL_BUILDS } from "./builds.ts";
import { runCluster } from "./cluster-run.ts";
import { runLocal } from "./local-run.ts";
import type { Outcome } from "./outcomes.ts";
import type { Scenario } from "./scenario.ts";

/** The builds that a scenario can be recorded with. */
export const buildsFor = ({ mode }: Scenario): readonly Build[] =>
  mode === "cluster" ? [CLUSTER_BUILD] : LOCAL_BUILDS;

/** Runs it once. `file` is the binary of the build. */
export function runOnce(scenario: Scenario, build: Build, file: string): Promise<Outcome> {
  const binary = { file, autogates: build.autogates };
  return scenario.mode === "cluster"
    ? runCluster(scenario.source, scenario.meta, binary)
    : runLocal(scenario.source, scenario.meta, binary);
}
