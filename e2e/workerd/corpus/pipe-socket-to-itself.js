import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000", { allowHalfOpen: true });
    await report("opened", socket.opened);
    await report("piped", socket.readable.pipeTo(socket.writable));
    await report("close()", socket.close());
    return new Response("ok");
  }
}
