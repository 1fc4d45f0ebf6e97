import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.setAlarm(Date.now() + 100);
    return new Response("alarm set");
  }

  async alarm(info) {
    console.log("alarm " + info.retryCount);
    this.ctx.storage.put("fired", 1);
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    console.log("alarm done");
  }
}
