import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const response = await fetch("http://peer:9000/items", { method: "POST", body: "hello" });
    console.log("status " + response.status);
    return new Response("ok");
  }
}
