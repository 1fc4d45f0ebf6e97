import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.lines = [];
  }

  async fetch(request) {
    const line = new URL(request.url).pathname.slice(1);
    this.lines.push(line);
    this.ctx.storage.put("line " + this.lines.length, line);
    if (this.lines.length === 1) setTimeout(() => this.flush(), 100);
    return new Response("queued " + this.lines.length);
  }

  async flush() {
    const text = this.lines.join(",");
    this.lines = [];
    console.log("flush " + text);
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    await writer.write(bytes(text));
    await report("closed", writer.close());
  }
}
