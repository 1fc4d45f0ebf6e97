import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await socket.opened;
    report("closed", socket.closed);
    const writer = socket.writable.getWriter(), reader = socket.readable.getReader();
    report("writer.closed", writer.closed);
    await report("read", reader.read());
    await scheduler.wait(20);
    report("write", writer.write(bytes("one")));
    report("write of the same turn", writer.write(bytes("two")));
    await scheduler.wait(20);
    report("later write", writer.write(bytes("three")));
    console.log("room for " + writer.desiredSize);
    await scheduler.wait(20);
    return new Response("ok");
  }
}
