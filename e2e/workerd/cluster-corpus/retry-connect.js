import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

export class Demo extends DurableObject {
  async fetch(request) {
    for (let attempt = 1; attempt <= 3; attempt++) {
      this.ctx.storage.put("attempt", attempt);
      const socket = connect("peer:9000");
      try {
        await socket.opened;
        return new Response("connected");
      } catch (e) {
        console.log("attempt " + attempt + ": " + e.message);
        await scheduler.wait(20);
      }
    }
    return new Response("gave up");
  }
}
