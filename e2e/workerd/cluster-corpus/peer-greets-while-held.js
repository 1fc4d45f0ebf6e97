import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const textOf = (bytes) => new TextDecoder().decode(bytes);

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    this.ctx.storage.put("count", 1);
    const reader = socket.readable.getReader();
    console.log("read " + textOf((await reader.read()).value));
    await scheduler.wait(50);
    console.log("waited");
    return new Response("ok");
  }
}
