import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const fetched = report("fetched", fetch("http://peer:9000/"));
    this.ctx.storage.put("count", 1);
    await fetched;
    return new Response("ok");
  }
}
