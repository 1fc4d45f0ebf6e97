import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") return new Response("count " + await this.ctx.storage.get("count"));
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    for (let n = 1; n <= 4; n++) {
      await this.ctx.storage.put("count", n);
      await report("written " + n, writer.write(bytes("line " + n)));
    }
    return new Response("ok");
  }
}
