import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);
const text = (bytes) => new TextDecoder().decode(bytes);

export class Game extends DurableObject {
  async fetch(request) {
    const socket = connect("echo:7");
    const writer = socket.writable.getWriter();
    const reader = socket.readable.getReader();
    for (let round = 1; round <= 3; round++) {
      this.ctx.storage.put("round", round);
      await writer.write(bytes("ping " + round));
      const { value } = await reader.read();
      console.log("got " + text(value));
    }
    await socket.close();
    return new Response("ok");
  }
}
