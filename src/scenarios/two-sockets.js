import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    const before = connect("audit:9000");
    this.ctx.storage.put("balance", 90);
    const after = connect("ledger:9000");
    await Promise.all([before.opened, after.opened]);
    return new Response("ok");
  }
}
