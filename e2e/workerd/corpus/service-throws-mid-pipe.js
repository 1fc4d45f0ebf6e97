import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    report("closed", socket.closed);
    await report("opened", socket.opened);
    let sent = 0;
    const source = new ReadableStream({
      async pull(controller) {
        if (sent > 0) await scheduler.wait(500);
        console.log("chunk " + sent);
        controller.enqueue(bytes("chunk " + sent++));
      },
    }, { highWaterMark: 0 });
    await report("pipeTo()", source.pipeTo(socket.writable));
    return new Response("ok");
  }
}
