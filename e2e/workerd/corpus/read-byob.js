import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const textOf = (bytes) => new TextDecoder().decode(bytes);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const reader = socket.readable.getReader({ mode: "byob" });
    const { value, done } = await reader.read(new Uint8Array(3));
    console.log("read " + textOf(value) + " " + done);
    const next = await reader.read(new Uint8Array(10));
    console.log("read " + textOf(next.value) + " " + next.done);
    await report("close()", socket.close());
    return new Response("ok");
  }
}
