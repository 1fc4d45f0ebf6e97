import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = this.ctx.storage.transactionSync(() => {
      this.ctx.storage.kv.put("count", 1);
      return connect("peer:9000");
    });
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
