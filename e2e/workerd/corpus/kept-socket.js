import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (!this.writer) {
      const socket = connect("peer:9000");
      await report("opened", socket.opened);
      this.writer = socket.writable.getWriter();
    }
    await this.ctx.storage.put("last", pathname);
    await report("written " + pathname, this.writer.write(bytes(pathname)));
    return new Response("ok");
  }
}
