import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));
const told = (name, promise) => promise.then(({ done, value }) => console.log(name + (done ? " end" : " " + new TextDecoder().decode(value))), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    told("read", socket.readable.getReader().read());
    report("first write", writer.write(bytes("hello")));
    report("second write", writer.write(bytes("again")));
    report("writer.closed", writer.closed);
    await scheduler.wait(250);
    report("late write", writer.write(bytes("late")));
    return new Response("ok");
  }
}
