import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const bytes = (text) => new TextEncoder().encode(text);
const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000", { secureTransport: "starttls" });
    report("old opened", socket.opened);
    report("old closed", socket.closed);
    const secure = socket.startTls();
    report("new opened", secure.opened);
    report("new closed", secure.closed);
    await scheduler.wait(100);
    return new Response("ok");
  }
}
