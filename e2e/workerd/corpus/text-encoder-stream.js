import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const words = ["hello", " ", "world"];
    const source = new ReadableStream({
      pull(controller) {
        if (words.length) controller.enqueue(words.shift());
        else controller.close();
      },
    });
    await report("piped", source.pipeThrough(new TextEncoderStream()).pipeTo(socket.writable));
    return new Response("ok");
  }
}
