import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("one", 1);
    await scheduler.wait(50);
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    this.ctx.storage.put("two", 2);
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
