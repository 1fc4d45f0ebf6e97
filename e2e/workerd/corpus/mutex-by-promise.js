import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const before = this.tail ?? Promise.resolve();
    let done;
    this.tail = new Promise((resolve) => { done = resolve; });
    await before;
    console.log(pathname + " begins");
    const socket = connect("peer:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    await writer.write(bytes(pathname));
    await writer.close();
    await this.ctx.storage.put("last", pathname);
    console.log(pathname + " ends");
    done();
    return new Response(pathname);
  }
}
