import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    await this.debit();
    // Nobody has the socket any more. V8 has gc() with --expose-gc; a wrapper goes in two rounds.
    gc();
    gc();
    await scheduler.wait(60);
    return new Response("ok");
  }

  async debit() {
    const socket = connect("ledger:9000");
    await socket.opened;
    this.ctx.storage.put("balance", 90);
    // It waits at the gate for the put, and nobody waits for it.
    socket.close();
  }
}
