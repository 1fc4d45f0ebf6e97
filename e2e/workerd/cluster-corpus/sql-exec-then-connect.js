import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER)");
    this.ctx.storage.sql.exec("INSERT INTO t VALUES (?)", 7);
    console.log("n " + this.ctx.storage.sql.exec("SELECT n FROM t").one().n);
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
