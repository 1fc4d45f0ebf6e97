import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
  }
}
