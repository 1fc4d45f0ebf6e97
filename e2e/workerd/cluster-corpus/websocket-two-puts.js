import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = new WebSocket("ws://peer:9000/");
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    this.ctx.storage.put("count", 1);
    socket.send("one");
    await scheduler.wait(50);
    this.ctx.storage.put("count", 2);
    socket.send("two");
    return new Response("ok");
  }
}
