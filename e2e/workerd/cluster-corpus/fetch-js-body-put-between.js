import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    let n = 0;
    const body = new ReadableStream({
      pull: async (controller) => {
        n++;
        if (n > 1) await scheduler.wait(50);
        if (n === 2) {
          this.ctx.storage.put("count", 1);
          console.log("put");
        }
        if (n === 3) controller.close();
        else controller.enqueue(bytes("chunk " + n));
      },
    });
    const response = await fetch("http://peer:9000/", { method: "POST", body });
    console.log("fetched " + await response.text());
    return new Response("ok");
  }
}
