import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000", { allowHalfOpen: true });
    report("closed", socket.closed);
    const reader = socket.readable.getReader();
    console.log("read " + textOf((await reader.read()).value));
    console.log("done " + (await reader.read()).done);
    const writer = socket.writable.getWriter();
    await report("written", writer.write(bytes("still here")));
    await report("writer closed", writer.close());
    await scheduler.wait(50);
    return new Response("ok");
  }
}
