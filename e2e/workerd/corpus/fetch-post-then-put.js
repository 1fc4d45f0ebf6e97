import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const response = await fetch("http://peer:9000/", { method: "POST", body: new TextEncoder().encode("hello") });
    console.log("status " + response.status);
    this.ctx.storage.put("status", response.status);
    return new Response("ok");
  }
}
