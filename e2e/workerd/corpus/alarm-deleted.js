import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    console.log("before " + await this.ctx.storage.getAlarm());
    const at = Date.now() + 100;
    await this.ctx.storage.setAlarm(at);
    console.log("set " + (await this.ctx.storage.getAlarm() === at));
    await this.ctx.storage.deleteAlarm();
    console.log("deleted " + await this.ctx.storage.getAlarm());
    return new Response("ok");
  }

  async alarm() {
    console.log("alarm");
  }
}
