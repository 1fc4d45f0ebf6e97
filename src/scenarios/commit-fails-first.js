import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("balance", 90);
    const socket = connect("ledger:9000");
    socket.opened.then(
      () => console.log("opened"),
      (error) => console.log("rejected: " + error.message),
    );
    await socket.opened;
    return new Response("ok");
  }
}
