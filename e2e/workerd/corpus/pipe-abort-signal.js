import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    await report("opened", socket.opened);
    report("closed", socket.closed);
    const stop = new AbortController();
    let feed;
    const source = new ReadableStream({
      start: (controller) => { feed = controller; },
      cancel: (reason) => console.log("source cancelled: " + reason.message),
    });
    const piped = report("piped", source.pipeTo(socket.writable, { signal: stop.signal }));
    feed.enqueue(bytes("chunk"));
    await scheduler.wait(50);
    stop.abort(new Error("enough"));
    await scheduler.wait(50);
    console.log("another chunk");
    feed.enqueue(bytes("another chunk"));
    await Promise.race([piped, scheduler.wait(100)]);
    return new Response("ok");
  }
}
