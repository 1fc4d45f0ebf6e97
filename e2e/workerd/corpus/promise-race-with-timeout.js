import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const first = await Promise.race([socket.opened.then(() => "opened"), scheduler.wait(100).then(() => "timer")]);
    console.log("first: " + first);
    report("closed", socket.closed);
    report("close()", socket.close());
    await scheduler.wait(50);
    return new Response("ok");
  }
}
