import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.setAlarm(Date.now() + 100);
    return new Response("alarm set");
  }

  async alarm() {
    const n = ((await this.ctx.storage.get("n")) ?? 0) + 1;
    console.log("alarm " + n);
    await this.ctx.storage.put("n", n);
    if (n < 3) await this.ctx.storage.setAlarm(Date.now() + 100);
  }
}
