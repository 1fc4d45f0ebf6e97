import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const response = await fetch("http://peer:9000/");
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    this.ctx.storage.put("count", 1);
    await report("piped", response.body.pipeTo(socket.writable));
    return new Response("ok");
  }
}
