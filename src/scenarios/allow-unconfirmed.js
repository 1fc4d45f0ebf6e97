import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("views", 7, {
      allowUnconfirmed: true,
    });
    const socket = connect("stats:9000");
    await socket.opened;
    return new Response("counted");
  }
}
