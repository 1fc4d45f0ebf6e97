import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") return new Response("count " + await this.ctx.storage.get("count"));
    setTimeout(() => {
      this.ctx.storage.put("count", 1);
      console.log("put");
    }, 50);
    return new Response("ok");
  }
}
