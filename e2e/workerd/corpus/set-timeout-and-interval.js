import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    let n = 0;
    const never = setTimeout(() => console.log("never"), 50);
    clearTimeout(never);
    await new Promise((resolve) => {
      const interval = setInterval(() => {
        n++;
        console.log("tick " + n);
        if (n === 2) this.ctx.storage.put("count", n);
        if (n === 3) {
          clearInterval(interval);
          resolve();
        }
      }, 30);
    });
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
