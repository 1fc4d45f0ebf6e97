import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    Promise.reject(new Error("nobody looks"));
    this.ctx.storage.put("count", 1);
    await scheduler.wait(50);
    return new Response("ok");
  }
}
