import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    let text = "";
    try {
      const reader = socket.readable.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += textOf(part.value);
    } finally {
      await this.ctx.storage.put("text", text);
      await report("close()", socket.close());
    }
    return new Response(text);
  }
}
