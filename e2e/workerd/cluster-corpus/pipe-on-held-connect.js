import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const socket = connect("peer:9000");
    report("opened", socket.opened);
    let n = 0;
    const source = new ReadableStream({
      pull(controller) {
        n++;
        console.log("pull " + n);
        controller.enqueue(bytes("chunk " + n));
        if (n === 2) controller.close();
      },
    });
    await report("piped", source.pipeTo(socket.writable));
    return new Response("ok");
  }
}
