import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Upload extends DurableObject {
  async fetch(request) {
    const socket = connect("sink:9000", {
      allowHalfOpen: true,
    });
    const reader = socket.readable.getReader();
    const { done } = await reader.read();
    console.log("far end has finished: " + done);
    this.ctx.storage.put("state", "sending");
    const writer = socket.writable.getWriter();
    await writer.write(bytes("still talking"));
    await writer.close();
    return new Response("ok");
  }
}
