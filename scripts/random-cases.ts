/*
 * Tests with random cases begin from one seed, so that a failure is about the change at hand and comes again. What other
 * seeds and more cases find: GATESCOPE_SEED=7 GATESCOPE_CASES=5000 npx vitest run src/handler
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.GATESCOPE_SEED ?? 20_261_126) });
