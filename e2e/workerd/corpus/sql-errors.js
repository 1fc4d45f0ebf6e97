import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const sql = this.ctx.storage.sql;
    const attempt = (statement) => {
      try {
        console.log(JSON.stringify(sql.exec(statement).toArray()));
      } catch (e) {
        console.log(e.name + ": " + e.message);
      }
    };
    attempt("SELECT * FROM missing");
    attempt("SELEKT 1");
    attempt("CREATE TABLE t (n INTEGER NOT NULL)");
    attempt("INSERT INTO t VALUES (NULL)");
    attempt("BEGIN");
    attempt("SELECT 1 AS one");
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
