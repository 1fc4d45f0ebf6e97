import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Account extends DurableObject {
  async fetch(request) {
    const socket = connect("ledger:9000");
    await socket.opened;
    const { readable, writable } = new IdentityTransformStream();
    const piped = readable.pipeTo(socket.writable);
    const writer = writable.getWriter();
    await writer.write(bytes("before the put\n"));
    this.ctx.storage.put("balance", 90);
    await writer.write(bytes("after the put\n"));
    await writer.close();
    await piped;
    return new Response("ok");
  }
}
