import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    let feed;
    const source = new ReadableStream({ start: (controller) => { feed = controller; } });
    const piped = report("piped", source.pipeTo(socket.writable));
    console.log("locked " + socket.writable.locked);
    try {
      socket.writable.getWriter();
    } catch (e) {
      console.log(e.name + ": " + e.message);
    }
    feed.enqueue(bytes("hello"));
    feed.close();
    await piped;
    console.log("locked " + socket.writable.locked);
    return new Response("ok");
  }
}
