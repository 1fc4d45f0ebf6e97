import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    setTimeout(() => this.settle(), 1);
    return new Response("soon");
  }

  settle() {
    this.ctx.storage.put("balance", 90);
    connect("ledger:9000");
    // Nobody waits for an answer any more: the object is destroyed while its connection is held.
    setTimeout(() => this.ctx.abort("out of time"), 5);
  }
}
