import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async add(a, b) {
    console.log("add is called");
    return a + b;
  }

  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const stub = this.env.DEMO.get(this.env.DEMO.idFromName("other"));
    console.log("sum " + await stub.add(1, 2));
    return new Response("ok");
  }
}
