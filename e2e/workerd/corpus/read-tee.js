import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const [one, two] = socket.readable.tee();
    console.log("first " + await new Response(one).text());
    console.log("second " + await new Response(two).text());
    return new Response("ok");
  }
}
