import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = new WebSocket("ws://peer:9000/");
    this.ctx.storage.put("count", 1);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    console.log("open");
    socket.send("hello");
    return new Response("ok");
  }
}
