import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    await report("synced", this.ctx.storage.sync());
    return new Response("ok");
  }
}
