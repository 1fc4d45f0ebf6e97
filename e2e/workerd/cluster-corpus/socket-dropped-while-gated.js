import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

function open() {
  connect("peer:9000", { allowHalfOpen: true });
}

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("count", 1);
    open();
    for (let i = 0; i < 3; i++) {
      await scheduler.wait(30);
      globalThis.gc();
    }
    console.log("collected");
    await scheduler.wait(400);
    return new Response("ok");
  }
}
