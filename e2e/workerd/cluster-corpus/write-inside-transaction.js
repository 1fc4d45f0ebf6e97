import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    await report("transaction", this.ctx.storage.transaction(async (txn) => {
      await report("written before", writer.write(bytes("before the put")));
      await txn.put("count", 1);
      await report("written after", writer.write(bytes("after the put")));
    }));
    await report("written outside", writer.write(bytes("outside")));
    return new Response("ok");
  }
}
