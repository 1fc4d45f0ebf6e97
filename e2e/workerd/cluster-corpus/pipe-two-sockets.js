import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const from = connect("peer:9000");
    const to = connect("peer:9000");
    await from.opened;
    await report("both opened", to.opened);
    const piped = report("piped", from.readable.pipeTo(to.writable));
    await scheduler.wait(50);
    this.ctx.storage.put("count", 1);
    const writer = from.writable.getWriter();
    await report("written", writer.write(bytes("after the put")));
    return new Response("ok");
  }
}
