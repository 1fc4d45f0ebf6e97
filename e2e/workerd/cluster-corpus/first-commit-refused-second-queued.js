import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    if (new URL(request.url).pathname === "/again") {
      return new Response("one " + await this.ctx.storage.get("one") + ", two " + await this.ctx.storage.get("two"));
    }
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    this.ctx.storage.put("one", 1);
    report("written", writer.write(bytes("after one")));
    await scheduler.wait(50);
    this.ctx.storage.put("two", 2);
    await report("written", writer.write(bytes("after two")));
    return new Response("ok");
  }
}
