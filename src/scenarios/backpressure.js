import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Feed extends DurableObject {
  async fetch(request) {
    const socket = connect("slow:9000", {
      highWaterMark: 16,
    });
    const writer = socket.writable.getWriter();
    for (let i = 1; i <= 4; i++) {
      await writer.ready;
      writer.write(bytes("chunk " + i + "\n"));
      console.log("room for " + writer.desiredSize);
    }
    await writer.close();
    return new Response("ok");
  }
}
