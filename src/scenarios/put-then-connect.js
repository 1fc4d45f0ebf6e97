import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("balance", 90);
    const socket = connect("ledger:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    await writer.write(bytes("debit 10\n"));
    await writer.close();
    return new Response("ok");
  }
}
