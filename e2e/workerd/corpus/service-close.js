import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    report("write", writer.write(bytes("hello")));
    await report("close()", socket.close());
    return new Response("ok");
  }
}
