import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    report("writer.closed", writer.closed);
    report("first write", writer.write(bytes("one")));
    report("second write", writer.write(bytes("two")));
    await scheduler.wait(100);
    report("late write", writer.write(bytes("three")));
    console.log("room for " + writer.desiredSize);
    await scheduler.wait(20);
    writer.releaseLock();
    try {
      socket.writable.getWriter();
    } catch (e) {
      console.log("getWriter() throws: " + e.message);
    }
    return new Response("ok");
  }
}
