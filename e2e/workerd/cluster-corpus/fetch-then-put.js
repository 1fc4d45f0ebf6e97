import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const fetched = fetch("http://peer:9000/");
    this.ctx.storage.put("count", 1);
    console.log("fetched " + await (await fetched).text());
    return new Response("ok");
  }
}
