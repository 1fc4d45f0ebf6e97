import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async increment() {
    const count = ((await this.ctx.storage.get("count")) ?? 0) + 1;
    this.ctx.storage.put("count", count);
    console.log("b puts " + count);
    return count;
  }

  async fetch(request) {
    if (new URL(request.url).pathname === "/see") return new Response("count " + await this.ctx.storage.get("count"));
    const stub = this.env.DEMO.get(this.env.DEMO.idFromName("b"));
    console.log("b returns " + await stub.increment());
    return new Response("ok");
  }
}
