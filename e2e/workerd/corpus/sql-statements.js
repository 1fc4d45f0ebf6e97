import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const sql = this.ctx.storage.sql;
    sql.exec("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)");
    sql.exec("INSERT INTO items (name, price) VALUES (?, ?), (?, ?)", "apple", 1.5, "pear", 2);
    console.log(JSON.stringify(sql.exec("SELECT * FROM items ORDER BY id").toArray()));
    sql.exec("UPDATE items SET price = price + 1 WHERE name = ?", "apple");
    console.log(JSON.stringify(sql.exec("SELECT name, price FROM items WHERE id = 1").one()));
    sql.exec("DELETE FROM items WHERE name = 'pear'");
    console.log(JSON.stringify(sql.exec("SELECT count(*) AS n FROM items").one()));
    for (const row of sql.exec("SELECT name FROM items")) console.log("row " + row.name);
    console.log(JSON.stringify([...sql.exec("SELECT id, name FROM items").raw()]));
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
