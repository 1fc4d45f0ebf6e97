import { describe, expect, it } from "vitest";
import { logs, setup, walk } from "./testing.ts";

const told = (body: string): readonly string[] => logs(walk(setup(body), ["*"]).records);

describe("timers", () => {
  it("fire with their arguments, an interval again and again until it is cleared", () => {
    expect(
      told(`
    setTimeout((a, b) => console.log("once " + a + b), 25, "A", "B");
    const never = setInterval(() => console.log("never"), 5);
    clearTimeout(never);
    await new Promise((resolve) => {
      let n = 0;
      const ticks = setInterval((text) => {
        console.log(text + " " + ++n);
        if (n < 3) return;
        clearInterval(ticks);
        resolve();
      }, 10, "tick");
    });
    return new Response("ok");`),
    ).toEqual(["tick 1", "tick 2", "once AB", "tick 3"]);
  });

  it("need a function", () => {
    expect(
      told(`
    for (const set of [setTimeout, setInterval]) try { set("code", 1); } catch (e) { console.log(e.message); }
    return new Response("ok");`),
    ).toEqual(
      ["setTimeout", "setInterval"].map(
        (name) =>
          `Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.`,
      ),
    );
  });

  it("of an interval end with the object's life, whatever it still did", () => {
    const { state } = walk(
      setup(`
    setInterval(() => console.log("tick"), 10);
    await scheduler.wait(15);
    this.ctx.abort("enough");`),
      ["*"],
    );
    expect(state.timers).toEqual([]);
  });
});
