import { expect, it } from "vitest";
import { SCENARIOS } from "../scenarios/index.ts";
import * as copies from "./copies.ts";
import { enabled, initial, step } from "./model.ts";
import "./whole.ts";

it("copies have the fields of what they are made from, in the same order", async () => {
  const copiers = {
    objects: copies.copyObject,
    actors: copies.copyActor,
    locks: copies.copyLock,
    waiters: copies.copyWaiter,
    commits: copies.copyCommit,
    requests: copies.copyRequest,
    sockets: copies.copySocket,
    calls: copies.copyCall,
    webSockets: copies.copyWebSocket,
  };
  const met = new Set<string>();
  for (const { load, world } of SCENARIOS) {
    const { program } = await load();
    let { state } = initial({ program, design: { id: "main" }, world });
    for (
      let choice = enabled(state)[0];
      choice !== undefined && choice.due !== null;
      choice = enabled(state)[0]
    ) {
      expect(Object.entries(copies.copyState(state, {}))).toEqual(Object.entries(state));
      for (const [table, copier] of Object.entries(copiers))
        for (const entry of state[table as keyof typeof copiers]) {
          met.add(table);
          expect(Object.entries((copier as (entry: object, patch: object) => object)(entry, {}))).toEqual(
            Object.entries(entry),
          );
        }
      state = step(state, choice.choice).state;
    }
  }
  expect([...met].toSorted()).toEqual(Object.keys(copiers).toSorted());
});
