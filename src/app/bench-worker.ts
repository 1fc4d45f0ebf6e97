/*
 * The benchmark's worker in the browser: measures when it is asked, and holds a finished check so that it can be weighed.
 * No part of the app: scripts/bench-checker.mjs builds it.
 */
import type { Check } from "../check/check.ts";
import { checkerSpeed, largeCheck, largestCheck, toySpeed } from "./bench-checker.ts";

const held: Check[] = [];

async function answer(task: unknown): Promise<unknown> {
  if (task === "largest") return largestCheck();
  if (task === "checker") return checkerSpeed();
  if (task === "toy") return toySpeed();
  const { check, statesPerSecond } = await largeCheck();
  held.push(check);
  return { states: check.progress.states, statesPerSecond };
}

self.addEventListener("message", async ({ data }) => self.postMessage(await answer(data)));
