import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("from", "alice");
    await this.ctx.storage.put("to", "bob");
    this.ctx.storage.put("amount", 10);
    const socket = connect("ledger:9000");
    await socket.opened;
    return new Response("ok");
  }
}
