import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);
const ignore = () => {};

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await socket.opened;
    this.ctx.storage.put("balance", 90);
    const writer = socket.writable.getWriter();
    writer.write(bytes("debit 10\n")).catch(ignore);
    writer.close().catch(ignore);
    await socket.close();
    return new Response("ok");
  }
}
