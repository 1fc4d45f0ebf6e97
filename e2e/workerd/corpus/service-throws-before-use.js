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
    await scheduler.wait(250);
    const writer = socket.writable.getWriter();
    await told("read", socket.readable.getReader().read());
    await scheduler.wait(50);
    await report("write", writer.write(bytes("late")));
    await report("close()", socket.close());
    return new Response("ok");
  }
}
