import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const first = connect("peer:9000");
    await report("opened", first.opened);
    await report("closed", first.writable.close());
    const second = connect("peer:9000");
    await report("opened", second.opened);
    await report("aborted", second.writable.abort(new Error("no more")));
    await scheduler.wait(50);
    return new Response("ok");
  }
}
