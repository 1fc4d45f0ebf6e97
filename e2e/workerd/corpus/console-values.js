import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    console.log("text", 1, true, null, undefined);
    console.log({ a: 1, list: [1, "two"] });
    console.log([1, [2, [3]]]);
    console.log(new Error("an error").message);
    console.log(new Map([["a", 1]]), new Set([1]));
    return new Response("ok");
  }
}
