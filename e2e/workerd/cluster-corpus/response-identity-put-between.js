import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const work = async () => {
      await report("written before", writer.write(bytes("before the put")));
      await scheduler.wait(50);
      this.ctx.storage.put("count", 1);
      console.log("put");
      await report("written after", writer.write(bytes("after the put")));
      await report("writer closed", writer.close());
    };
    this.ctx.waitUntil(work());
    return new Response(readable);
  }
}
