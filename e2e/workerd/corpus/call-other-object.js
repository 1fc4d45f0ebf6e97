import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/other") {
      this.ctx.storage.put("count", 1);
      console.log("the other object puts");
      return new Response("other", { status: 202 });
    }
    const stub = this.env.DEMO.get(this.env.DEMO.idFromName("other"));
    const answer = await stub.fetch("http://object/other");
    console.log("status " + answer.status + " " + await answer.text());
    return new Response("ok");
  }
}
