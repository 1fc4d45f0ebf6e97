import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/put") this.ctx.storage.put("count", 1);
    else if (pathname === "/read") console.log("count " + await this.ctx.storage.get("count"));
    else console.log("plain");
    return new Response(pathname);
  }
}
