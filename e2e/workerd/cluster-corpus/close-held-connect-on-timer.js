import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    await scheduler.wait(100);
    console.log("giving up");
    await report("close()", socket.close());
    return new Response("ok");
  }
}
