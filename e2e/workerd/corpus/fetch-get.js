import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const response = await fetch("http://peer:9000/path");
    console.log("status " + response.status + ", " + response.headers.get("content-length"));
    console.log("body " + await response.text());
    return new Response("ok");
  }
}
