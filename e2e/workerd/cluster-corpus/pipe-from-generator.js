import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const storage = this.ctx.storage;
    async function* chunks() {
      yield bytes("one");
      await scheduler.wait(50);
      storage.put("count", 1);
      console.log("put");
      yield bytes("two");
    }
    await report("piped", ReadableStream.from(chunks()).pipeTo(socket.writable));
    return new Response("ok");
  }
}
