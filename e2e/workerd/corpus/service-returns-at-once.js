import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    report("opened", socket.opened);
    await scheduler.wait(100);
    const writer = socket.writable.getWriter();
    await report("write", writer.write(bytes("late")));
    return new Response("ok");
  }
}
