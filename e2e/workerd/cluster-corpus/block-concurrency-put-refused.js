import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") return new Response("count " + await this.ctx.storage.get("count"));
    await this.ctx.blockConcurrencyWhile(async () => {
      await this.ctx.storage.put("count", 1);
      await this.ctx.storage.sync();
      console.log("synced");
    });
    return new Response("ok");
  }
}
