import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    await scheduler.wait(50);
    const out = new Request("http://peer:9000/items?q=1", { method: "PUT", headers: { "X-Count": "1" }, body: "hello" });
    const response = await fetch(out);
    console.log("status " + response.status + ", ok " + response.ok);
    return new Response("ok");
  }
}
