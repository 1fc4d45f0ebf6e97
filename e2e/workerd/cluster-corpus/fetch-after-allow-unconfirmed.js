import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1, { allowUnconfirmed: true });
    const response = await fetch("http://peer:9000/");
    console.log("fetched " + await response.text());
    return new Response("ok");
  }
}
