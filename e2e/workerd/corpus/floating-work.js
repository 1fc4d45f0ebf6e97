import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const work = async () => {
      await scheduler.wait(50);
      const socket = connect("peer:9000");
      await report("opened", socket.opened);
      this.ctx.storage.put("count", 1);
      const writer = socket.writable.getWriter();
      await report("written", writer.write(bytes("hello")));
    };
    work();
    return new Response("ok");
  }
}
