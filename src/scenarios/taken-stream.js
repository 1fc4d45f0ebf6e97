// internalNewHttpClient() needs the compatibility flag "experimental" on workerd.
import { connect, internalNewHttpClient } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("balance", 90);
    const socket = connect("ledger:9000");
    socket.closed.then(() => console.log("closed"));
    // The stream is taken out of the socket while the far end has not answered yet.
    await internalNewHttpClient(socket);
    console.log("taken");
    await socket.opened;
    console.log("opened");
    return new Response("ok");
  }
}
