import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder().decode(bytes);

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter(), reader = socket.readable.getReader();
    for (const line of ["one", "two"]) {
      await writer.write(bytes(line));
      const { value } = await reader.read();
      console.log("read " + textOf(value));
      await this.ctx.storage.put(line, textOf(value));
    }
    await writer.close();
    return new Response("ok");
  }
}
