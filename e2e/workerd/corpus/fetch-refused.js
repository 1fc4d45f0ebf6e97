import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    await report("fetched", fetch("http://peer:9000/"));
    return new Response("ok");
  }
}
