import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    if (ctx.storage.kv.get("armed")) {
      ctx.storage.kv.put("constructed", 1);
      const socket = connect("peer:9000");
      this.opened = report("opened", socket.opened);
      console.log("constructed");
    }
  }

  async fetch(request) {
    if (new URL(request.url).pathname === "/arm") {
      await this.ctx.storage.put("armed", true);
      await this.ctx.storage.sync();
      this.ctx.abort("again, please");
    }
    await this.opened;
    return new Response("ok");
  }
}
