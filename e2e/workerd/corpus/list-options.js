import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.put({ a1: 1, a2: 2, a3: 3, b1: 4, b2: 5 });
    const show = async (name, options) => {
      const found = await this.ctx.storage.list(options);
      console.log(name + ": " + [...found].map(([key, value]) => key + "=" + value).join(" "));
    };
    await show("all", undefined);
    await show("prefix", { prefix: "a" });
    await show("limit", { limit: 2 });
    await show("reverse", { reverse: true });
    await show("reverse limit", { reverse: true, limit: 2, prefix: "a" });
    await show("start", { start: "a3" });
    await show("startAfter", { startAfter: "a3" });
    await show("end", { start: "a2", end: "b1" });
    return new Response("ok");
  }
}
