import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("one", 1);
    this.ctx.storage.deleteAll();
    this.ctx.storage.put("two", 2);
    console.log("keys " + [...(await this.ctx.storage.list()).keys()].join());
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
