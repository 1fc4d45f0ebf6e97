import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/other") {
      console.log("the other object is called");
      return new Response("other");
    }
    const stub = this.env.DEMO.get(this.env.DEMO.idFromName("other"));
    report("first call", stub.fetch("http://object/other"));
    this.ctx.storage.put("count", 1);
    report("second call", stub.fetch("http://object/other"));
    return new Response("ok");
  }
}
