import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    this.visits = (this.visits ?? 0) + 1;
    await this.ctx.storage.put(pathname, this.visits);
    const socket = connect("peer:9000");
    await report(pathname + " opened", socket.opened);
    return new Response(pathname + " visit " + this.visits + ", keys " + [...(await this.ctx.storage.list()).keys()].join());
  }
}
