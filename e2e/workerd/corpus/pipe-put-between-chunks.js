import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    let n = 0;
    const source = new ReadableStream({
      pull: (controller) => {
        n++;
        if (n === 2) {
          this.ctx.storage.put("count", 1);
          console.log("put");
        }
        if (n === 3) controller.close();
        else controller.enqueue(bytes("chunk " + n));
      },
    });
    await report("piped", source.pipeTo(socket.writable));
    return new Response("ok");
  }
}
