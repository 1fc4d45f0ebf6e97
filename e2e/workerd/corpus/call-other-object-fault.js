import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/other") {
      console.log("the other object is called");
      return new Response("other");
    }
    this.ctx.storage.put("count", 1);
    const stub = this.env.DEMO.get(this.env.DEMO.idFromName("other"));
    await report("called", stub.fetch("http://object/other"));
    return new Response("ok");
  }
}
