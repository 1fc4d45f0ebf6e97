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
    await scheduler.wait(50);
    feed.enqueue(bytes("before the put"));
    this.ctx.storage.put("count", 1);
    feed.enqueue(bytes("after the put"));
    console.log("put");
    await scheduler.wait(50);
    feed.close();
    await piped;
    return new Response("ok");
  }
}
