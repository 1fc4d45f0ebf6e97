import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter(), reader = socket.readable.getReader();
    const readLine = async () => textOf((await reader.read()).value).trim();
    console.log("peer: " + await readLine());
    await writer.write(bytes("HELO worker\r\n"));
    console.log("peer: " + await readLine());
    await this.ctx.storage.put("said", "HELO");
    await writer.write(bytes("QUIT\r\n"));
    await report("close()", socket.close());
    return new Response("ok");
  }
}
