import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Account extends DurableObject {
  async fetch(request) {
    const socket = connect("ledger:9000");
    this.ctx.storage.put("balance", 90);
    await socket.opened;
    console.log("opened");
    const writer = socket.writable.getWriter();
    await writer.write(bytes("debit 10\n"));
    return new Response("ok");
  }
}
