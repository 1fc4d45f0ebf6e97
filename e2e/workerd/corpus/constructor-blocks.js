import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    if (ctx.storage.kv.get("armed")) {
      ctx.blockConcurrencyWhile(async () => {
        console.log("loading");
        await scheduler.wait(50);
        this.count = await ctx.storage.get("count");
        console.log("loaded");
      });
    }
  }

  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/arm") {
      await this.ctx.storage.put({ armed: true, count: 7 });
      await this.ctx.storage.sync();
      this.ctx.abort("again, please");
    }
    console.log(pathname + " count " + this.count);
    return new Response(pathname + " " + this.count);
  }
}
