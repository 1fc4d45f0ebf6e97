import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Account extends DurableObject {
  async fetch(request) {
    const socket = connect("ledger:9000");
    await socket.opened;
    const writer = socket.writable.getWriter();
    const before = writer.write(bytes("before"));
    this.ctx.storage.put("balance", 90);
    const after = writer.write(bytes("after"));
    await Promise.all([before, after]);
    return new Response("ok");
  }
}
