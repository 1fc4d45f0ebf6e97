import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.put("entry", { text: "hello" });
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    await Promise.all([
      report("written", writer.write(bytes("entry"))),
      report("notified", fetch("http://peer:9000/notify")),
    ]);
    await writer.close();
    return new Response("ok");
  }
}
