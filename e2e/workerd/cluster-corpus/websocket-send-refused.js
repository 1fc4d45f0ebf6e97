import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = new WebSocket("ws://peer:9000/");
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.send("before");
    this.ctx.storage.put("count", 1);
    socket.send("after");
    console.log("sent");
    return new Response("ok");
  }
}
