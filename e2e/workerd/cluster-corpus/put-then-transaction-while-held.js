import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    await scheduler.wait(50);
    await report("transaction", this.ctx.storage.transaction(async (txn) => {
      console.log("count " + await txn.get("count"));
      await txn.put("count", 2);
      const socket = connect("peer:9000");
      await report("opened", socket.opened);
    }));
    return new Response("ok");
  }
}
