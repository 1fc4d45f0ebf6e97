import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const attempt = (name, run) => {
      try {
        console.log(name + " " + run());
      } catch (e) {
        console.log(name + ": " + e.name + ": " + e.message);
      }
    };
    attempt("call", () => undefined());
    attempt("property", () => null.x);
    attempt("json", () => JSON.parse("{"));
    attempt("number", () => (1).toFixed(200));
    attempt("array", () => new Array(-1).length);
    attempt("const", () => { const x = 1; return x.y.z; });
    return new Response("ok");
  }
}
