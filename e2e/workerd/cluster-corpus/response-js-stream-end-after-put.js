import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    let n = 0;
    const body = new ReadableStream({
      pull: async (controller) => {
        n++;
        await scheduler.wait(50);
        if (n === 1) controller.enqueue(bytes("chunk"));
        else {
          this.ctx.storage.put("count", 1);
          console.log("put");
          controller.close();
        }
      },
    });
    return new Response(body);
  }
}
