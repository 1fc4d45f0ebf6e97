import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    const stop = new AbortController();
    const fetched = report("fetched", fetch("http://peer:9000/", { signal: stop.signal }));
    await scheduler.wait(100);
    stop.abort(new Error("enough"));
    await fetched;
    return new Response("ok");
  }
}
