import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const { readable, writable } = new TransformStream({
      start() {
        console.log("start");
      },
      transform(chunk, controller) {
        console.log("transform " + chunk);
        controller.enqueue(bytes(chunk.toUpperCase()));
      },
      flush(controller) {
        console.log("flush");
        controller.enqueue(bytes("!"));
      },
    });
    const piped = report("piped", readable.pipeTo(socket.writable)), writer = writable.getWriter();
    await report("written", writer.write("one"));
    await report("written again", writer.write("two"));
    await report("writer closed", writer.close());
    await piped;
    return new Response("ok");
  }
}
