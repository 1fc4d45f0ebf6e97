import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const open = async (name) => {
      const socket = connect("peer:9000");
      await report(name + " opened", socket.opened);
      return socket;
    };
    const first = open("first"), second = open("second");
    this.ctx.storage.put("count", 1);
    const third = open("third");
    await Promise.all([first, second, third]);
    return new Response("ok");
  }
}
