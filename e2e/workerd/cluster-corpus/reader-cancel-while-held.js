import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    this.ctx.storage.put("count", 1);
    const reader = socket.readable.getReader();
    console.log("read " + textOf((await reader.read()).value));
    await report("cancelled", reader.cancel(new Error("enough")));
    return new Response("ok");
  }
}
