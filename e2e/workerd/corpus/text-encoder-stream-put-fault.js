import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    const { readable, writable } = new TextEncoderStream();
    const piped = report("piped", readable.pipeTo(socket.writable)), writer = writable.getWriter();
    report("written before", writer.write("before the put"));
    await scheduler.wait(50);
    this.ctx.storage.put("count", 1);
    console.log("put");
    report("written after", writer.write("after the put"));
    await scheduler.wait(50);
    writer.close();
    await piped;
    return new Response("ok");
  }
}
