import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    report("closed", socket.closed);
    await report("opened", socket.opened);
    const secure = socket.startTls();
    report("secure opened", secure.opened);
    report("secure closed", secure.closed);
    const writer = secure.writable.getWriter();
    report("write", writer.write(bytes("hello")));
    await scheduler.wait(100);
    return new Response("ok");
  }
}
