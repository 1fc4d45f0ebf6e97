import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put({ one: 1, two: "zwei", three: [3] });
    const found = await this.ctx.storage.get(["one", "two", "four"]);
    console.log("got " + [...found].map(([key, value]) => key + "=" + value).join(" "));
    console.log("deleted " + await this.ctx.storage.delete(["one", "two", "four"]));
    console.log("deleted one " + await this.ctx.storage.delete("three"));
    console.log("left " + (await this.ctx.storage.list()).size);
    return new Response("ok");
  }
}
