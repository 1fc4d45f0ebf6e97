import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const source = new ReadableStream({
      pull(controller) {
        console.log("pull");
        controller.enqueue(bytes("hello"));
        controller.close();
      },
    });
    this.ctx.storage.put("count", 1);
    await report("piped", source.pipeTo(socket.writable));
    return new Response("ok");
  }
}
