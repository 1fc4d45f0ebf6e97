import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    setTimeout(() => {
      console.log("timer");
      this.ctx.storage.put("count", 2);
      report("written in timer", writer.write(bytes("timer")));
    }, 100);
    this.ctx.storage.put("count", 1);
    await report("written", writer.write(bytes("handler")));
    await scheduler.wait(500);
    return new Response("ok");
  }
}
