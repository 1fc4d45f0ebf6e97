import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") return new Response("count " + await this.ctx.storage.get("count"));
    this.ctx.storage.put("count", 1, { allowUnconfirmed: true });
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    await report("written", writer.write(bytes("hello")));
    return new Response("ok");
  }
}
