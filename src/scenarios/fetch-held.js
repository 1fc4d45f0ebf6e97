import { DurableObject } from "cloudflare:workers";

export class Checkout extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("order", "paid");
    const response = await fetch("http://billing:9000/invoice", {
      method: "POST",
      body: "order 1",
    });
    console.log("billing says " + response.status);
    this.ctx.storage.put("invoice", await response.text());
    return new Response("done");
  }
}
