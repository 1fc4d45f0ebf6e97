import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.put("count", 41);
    const result = await this.ctx.storage.transaction(async (txn) => {
      const next = (await txn.get("count")) + 1;
      await txn.put("count", next);
      return next;
    });
    console.log("result " + result + ", stored " + await this.ctx.storage.get("count"));
    return new Response("ok");
  }
}
