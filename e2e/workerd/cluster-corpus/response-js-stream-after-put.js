import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes("hello"));
        controller.close();
      },
    });
    return new Response(body);
  }
}
