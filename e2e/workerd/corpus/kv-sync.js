import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const kv = this.ctx.storage.kv;
    kv.put("a", 1);
    kv.put("b", { deep: [1, 2] });
    console.log("got " + kv.get("a") + " " + JSON.stringify(kv.get("b")) + " " + kv.get("c"));
    for (const [key, value] of kv.list()) console.log("listed " + key + " " + JSON.stringify(value));
    console.log("deleted " + kv.delete("a") + " " + kv.delete("c"));
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    return new Response("ok");
  }
}
