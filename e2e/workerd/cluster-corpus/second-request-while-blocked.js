import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    console.log(pathname);
    if (pathname === "/block") {
      await this.ctx.blockConcurrencyWhile(async () => {
        this.ctx.storage.put("count", 1);
        await this.ctx.storage.sync();
        console.log("synced");
      });
    }
    return new Response(pathname);
  }
}
