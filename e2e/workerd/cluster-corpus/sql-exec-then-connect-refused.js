import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const sql = this.ctx.storage.sql;
    if (new URL(request.url).pathname === "/again") {
      return Response.json(sql.exec("SELECT name FROM sqlite_master WHERE name = 't'").toArray());
    }
    sql.exec("CREATE TABLE t (n INTEGER)");
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
