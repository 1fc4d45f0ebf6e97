import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.setAlarm(Date.now() + 200);
    await this.ctx.storage.deleteAll();
    console.log("alarm " + await this.ctx.storage.getAlarm());
    return new Response("ok");
  }

  async alarm() {
    console.log("alarm");
  }
}
