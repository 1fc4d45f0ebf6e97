import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    console.log("spinning");
    for (const end = Date.now() + 300; Date.now() < end;);
    console.log("turn ends");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
