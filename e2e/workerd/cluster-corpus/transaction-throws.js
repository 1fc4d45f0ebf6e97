import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    await report("transaction", this.ctx.storage.transaction(async (txn) => {
      await txn.put("count", 1);
      throw new Error("changed my mind");
    }));
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
