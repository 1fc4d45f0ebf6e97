import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    for (let n = 1; n < 3; n++) {
      await this.ctx.storage.put("count", n);
      await report("written " + n, writer.write(bytes("line " + n)));
    }
    await report("writer closed", writer.close());
    return new Response("ok");
  }
}
