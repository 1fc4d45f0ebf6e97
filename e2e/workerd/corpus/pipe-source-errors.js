import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    report("closed", socket.closed);
    let n = 0;
    const source = new ReadableStream({
      pull(controller) {
        n++;
        if (n === 1) controller.enqueue(bytes("chunk"));
        else controller.error(new Error("the source fails"));
      },
    });
    await report("piped", source.pipeTo(socket.writable));
    await scheduler.wait(50);
    return new Response("ok");
  }
}
