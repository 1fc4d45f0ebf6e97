import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000", { secureTransport: "off", allowHalfOpen: false });
    console.log("secureTransport " + socket.secureTransport + ", upgraded " + socket.upgraded);
    const info = await socket.opened;
    console.log("remote " + info.remoteAddress);
    console.log("closed is a promise: " + (socket.closed instanceof Promise));
    return new Response("ok");
  }
}
