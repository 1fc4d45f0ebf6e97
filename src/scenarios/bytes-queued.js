import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("balance", 90);
    const socket = connect("ledger:9000");
    const writer = socket.writable.getWriter();
    const writes = [
      writer.write(bytes("begin\n")),
      writer.write(bytes("debit 10\n")),
      writer.write(bytes("end\n")),
    ];
    console.log("queued");
    await Promise.all(writes);
    console.log("sent");
    return new Response("ok");
  }
}
