import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("balance", 90);
    const socket = connect("ledger:9000");
    socket.closed.then(() => console.log("closed"));
    await socket.close();
    console.log("close() resolved");
    return new Response("ok");
  }
}
