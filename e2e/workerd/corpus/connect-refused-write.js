import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    report("closed", socket.closed);
    const writer = socket.writable.getWriter();
    report("written", writer.write(bytes("hello")));
    writer.releaseLock();
    await scheduler.wait(100);
    return new Response("ok");
  }
}
