import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = new WebSocket("ws://peer:9000/");
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    console.log("open");
    this.ctx.storage.put("count", 1);
    socket.close(1000, "bye");
    console.log("close() called");
    return new Response("ok");
  }
}
