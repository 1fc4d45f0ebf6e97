import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder().decode(bytes);

export class Demo extends DurableObject {
  async fetch(request) {
    const key = new URL(request.url).pathname.slice(1);
    const known = await this.ctx.storage.get(key);
    if (known) return new Response(key + " was " + known.state);
    await this.ctx.storage.put(key, { state: "sending" });
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter(), reader = socket.readable.getReader();
    await writer.write(bytes(key + "\n"));
    const { value } = await reader.read();
    await this.ctx.storage.put(key, { state: textOf(value).trim() });
    await writer.close();
    return new Response(key + " sent");
  }
}
