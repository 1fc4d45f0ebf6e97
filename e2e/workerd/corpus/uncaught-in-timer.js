import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    setTimeout(() => {
      this.ctx.storage.put("count", 1);
      throw new Error("in the timer");
    }, 30);
    await scheduler.wait(100);
    console.log("count " + await this.ctx.storage.get("count"));
    return new Response("ok");
  }
}
