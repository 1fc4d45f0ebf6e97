import { DurableObject } from "cloudflare:workers";

export class Ticker extends DurableObject {
  async fetch(request) {
    const socket = new WebSocket("ws://board:9000/");
    await new Promise((resolve) =>
      socket.addEventListener("open", resolve),
    );
    socket.send("price 10");
    this.ctx.storage.put("price", 11);
    socket.send("price 11");
    socket.close(1000, "done");
    return new Response("sent");
  }
}
