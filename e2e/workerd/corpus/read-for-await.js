import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    let text = "";
    for await (const chunk of socket.readable) text += textOf(chunk);
    console.log("read " + text);
    await report("closed", socket.closed);
    return new Response("ok");
  }
}
