import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    let count = (await this.ctx.storage.get("count")) ?? 0;
    count += 1;
    await this.ctx.storage.put("count", count);
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    await writer.write(bytes(JSON.stringify({ count }) + "\n"));
    await writer.close();
    return new Response(String(count));
  }
}
