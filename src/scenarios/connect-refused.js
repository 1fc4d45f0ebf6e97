import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("attempts", 1);
    const socket = connect("ledger:9000");
    try {
      await socket.opened;
      return new Response("connected");
    } catch (error) {
      console.log(error.message);
      return new Response("no ledger", { status: 503 });
    }
  }
}
