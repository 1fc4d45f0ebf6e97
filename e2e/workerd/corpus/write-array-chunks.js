import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const writer = socket.writable.getWriter();
    const writeln = (...words) => writer.write(bytes(words.join(" ") + "\r\n"));
    await Promise.all([writeln("HELO", "worker"), writeln("MAIL"), writeln("QUIT")]);
    await report("writer closed", writer.close());
    await report("close()", socket.close());
    return new Response("ok");
  }
}
