import { DurableObject } from "cloudflare:workers";

const report = (name, promise) => promise.then(() => console.log(name), (e) => console.log(name + " rejected: " + e.message));

export class Demo extends DurableObject {
  async fetch(request) {
    await this.ctx.storage.put("object", { name: "a", list: [1, 2, { deep: true }] });
    await this.ctx.storage.put("null", null);
    await this.ctx.storage.put("text", "hello");
    await this.ctx.storage.put("flag", false);
    const object = await this.ctx.storage.get("object");
    console.log(JSON.stringify(object));
    console.log(String(await this.ctx.storage.get("null")) + " " + await this.ctx.storage.get("text") + " " + await this.ctx.storage.get("flag"));
    object.name = "changed";
    console.log((await this.ctx.storage.get("object")).name);
    await report("put undefined", this.ctx.storage.put("nothing", undefined));
    return new Response("ok");
  }
}
