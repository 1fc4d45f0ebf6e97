import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const socket = connect("peer:9000");
    const first = await Promise.race([socket.opened.then(() => "opened"), scheduler.wait(100).then(() => "timer")]);
    console.log("first: " + first);
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
