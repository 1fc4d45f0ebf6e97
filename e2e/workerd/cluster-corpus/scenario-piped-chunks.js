import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await socket.opened;
    let feed;
    const source = new ReadableStream({
      start(controller) {
        feed = controller;
      },
    });
    const piped = source.pipeTo(socket.writable);
    feed.enqueue(bytes("before the put\n"));
    await scheduler.wait(10);
    this.ctx.storage.put("balance", 90);
    feed.enqueue(bytes("after the put\n"));
    await scheduler.wait(10);
    feed.close();
    await piped;
    return new Response("ok");
  }
}
