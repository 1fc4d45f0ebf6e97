import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const first = fetch("http://peer:9000/first").then((r) => r.text()).then((t) => console.log("first " + t));
    this.ctx.storage.put("count", 1);
    const second = fetch("http://peer:9000/second").then((r) => r.text()).then((t) => console.log("second " + t));
    await Promise.all([first, second]);
    return new Response("ok");
  }
}
