import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/put") this.ctx.storage.put("count", 1);
    else console.log(pathname + " count " + await this.ctx.storage.get("count"));
    return new Response(pathname);
  }
}
