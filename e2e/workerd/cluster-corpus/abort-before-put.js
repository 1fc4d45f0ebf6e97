import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") return new Response("again");
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    this.ctx.abort("enough");
    console.log("not reached");
    return new Response("ok");
  }
}
