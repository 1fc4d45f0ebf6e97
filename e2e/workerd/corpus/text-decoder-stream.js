import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const reader = socket.readable.pipeThrough(new TextDecoderStream()).getReader();
    for (let r; !(r = await reader.read()).done;) console.log("read " + r.value);
    console.log("end");
    return new Response("ok");
  }
}
