import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const url = new URL(request.url);
    console.log(request.method + " " + url.pathname + " " + url.searchParams.get("two"));
    console.log("body " + JSON.stringify(await request.text()));
    return Response.json({ one: url.searchParams.get("one") }, { status: 201 });
  }
}
