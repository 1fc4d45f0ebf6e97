import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/deposit") {
      this.ctx.storage.put("balance", 110);
      return new Response("deposited");
    }
    const socket = connect("ledger:9000");
    await socket.opened;
    return new Response("connected");
  }
}
