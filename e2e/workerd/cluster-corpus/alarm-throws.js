import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.setAlarm(Date.now() + 100);
    return new Response("alarm set");
  }

  async alarm(info) {
    console.log("alarm, retry " + info.retryCount);
    this.ctx.storage.put("fired " + info.retryCount, 1);
    if (!info.isRetry) throw new Error("the alarm fails");
    console.log("alarm done");
  }
}
