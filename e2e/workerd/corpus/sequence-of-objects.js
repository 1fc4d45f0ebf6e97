import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/") {
      const count = ((await this.ctx.storage.get("count")) ?? 0) + 1;
      await this.ctx.storage.put("count", count);
      console.log(pathname + " count " + count);
      return new Response(String(count));
    }
    let sum = 0;
    for (const name of ["first", "second", "third"]) {
      const stub = this.env.DEMO.get(this.env.DEMO.idFromName("other"));
      sum += Number(await (await stub.fetch("http://object/" + name)).text());
    }
    return new Response("sum " + sum);
  }
}
