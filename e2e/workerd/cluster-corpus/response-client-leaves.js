import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    let n = 0;
    const body = new ReadableStream({
      pull: async (controller) => {
        n++;
        await scheduler.wait(50);
        if (n === 2) this.ctx.storage.put("count", 1);
        if (n === 6) controller.close();
        else controller.enqueue(bytes("chunk " + n));
      },
      cancel: (reason) => console.log("cancelled " + reason),
    });
    return new Response(body);
  }
}
