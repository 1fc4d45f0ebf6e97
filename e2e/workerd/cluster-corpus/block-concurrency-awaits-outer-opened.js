import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") return new Response("again");
    const socket = connect("peer:9000");
    await this.ctx.blockConcurrencyWhile(async () => {
      await report("opened", socket.opened);
    });
    return new Response("ok");
  }
}
