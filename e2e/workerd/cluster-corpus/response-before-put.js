import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const work = async () => {
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      this.ctx.storage.put("count", 1);
      console.log("put");
    };
    work();
    return new Response("ok");
  }
}
