import { DurableObject } from "cloudflare:workers";

const bytes = (text) => new TextEncoder().encode(text);

export class Demo extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/empty") return new Response(null, { status: 204 });
    if (pathname === "/bytes") return new Response(bytes("bytes"));
    if (pathname === "/moved") return new Response("", { status: 302, headers: { Location: "/elsewhere" } });
    return Response.json({ ok: true });
  }
}
