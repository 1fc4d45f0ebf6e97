import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const response = await fetch("http://peer:9000/");
    this.ctx.storage.put("count", 1);
    console.log("body " + await response.text());
    return new Response("ok");
  }
}
