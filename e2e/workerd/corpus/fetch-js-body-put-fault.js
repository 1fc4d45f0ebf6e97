import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    let n = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        n++;
        if (n === 2) {
          this.ctx.storage.put("count", 1);
          console.log("put");
        }
        if (n === 3) controller.close();
        else controller.enqueue(bytes("chunk " + n));
      },
    });
    await report("fetched", fetch("http://peer:9000/", { method: "POST", body }));
    return new Response("ok");
  }
}
