import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Account extends DurableObject {
  async fetch(request) {
    const { storage } = this.ctx;
    let step = 0;
    const body = new ReadableStream({
      async pull(controller) {
        step++;
        if (step > 3) return controller.close();
        await scheduler.wait(5);
        storage.put("step", step);
        controller.enqueue(bytes(`step ${step}\n`));
      },
    });
    return new Response(body);
  }
}
