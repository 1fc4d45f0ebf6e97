import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/see") return new Response("count " + await this.ctx.storage.get("count"));
    if (pathname === "/put") {
      this.ctx.storage.put("count", 1);
      console.log("b puts");
      return new Response("put");
    }
    const stub = this.env.DEMO.get(this.env.DEMO.idFromName("b"));
    const answer = await stub.fetch("http://object/put");
    console.log("b answers " + await answer.text());
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
