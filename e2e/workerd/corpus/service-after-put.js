import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));
const told = (name, promise) => promise.then(({ done, value }) => console.log(name + (done ? " end" : " " + new TextDecoder().decode(value))), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const socket = connect("peer:9000");
    const reader = socket.readable.getReader();
    report("closed", socket.closed);
    await told("read", reader.read());
    await told("read", reader.read());
    await scheduler.wait(50);
    return new Response("ok");
  }
}
