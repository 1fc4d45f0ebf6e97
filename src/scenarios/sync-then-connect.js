import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.put("balance", 90);
    console.log("put resolved, not durable yet");
    await this.ctx.storage.sync();
    console.log("durable");
    const socket = connect("ledger:9000");
    await socket.opened;
    return new Response("ok");
  }
}
