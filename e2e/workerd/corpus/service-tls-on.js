import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    let socket;
    try {
      socket = connect("peer:9000", { secureTransport: "on" });
    } catch (e) {
      console.log("connect() throws: " + e.message);
      return new Response("thrown");
    }
    report("closed", socket.closed);
    report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    report("write", writer.write(bytes("hello")));
    await scheduler.wait(100);
    return new Response("ok");
  }
}
