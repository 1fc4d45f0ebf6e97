import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const writer = socket.writable.getWriter();
    await writer.write(bytes("one"));
    writer.releaseLock();
    console.log("locked " + socket.writable.locked);
    const again = socket.writable.getWriter();
    await report("written", again.write(bytes("two")));
    try {
      socket.writable.getWriter();
    } catch (e) {
      console.log(e.name + ": " + e.message);
    }
    const reader = socket.readable.getReader();
    console.log("read " + textOf((await reader.read()).value));
    reader.releaseLock();
    console.log("locked " + socket.readable.locked);
    return new Response("ok");
  }
}
