import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { engineLines, machineLines } from "./testing.ts";
import { formatQuery, formatUrl, parseQuery, parseUrl } from "./url.ts";

describe("URLs are read as the platform reads them", () => {
  const urls = [
    "http://object/",
    "http://object",
    "https://Example.COM:443/a/b?c=d&e#f",
    "http://user:pw@host:8080/p a th/../x/./y/?q=a b#h",
    "http://peer:9000",
    "ws://x/%41?%20=+",
    "http://[::1]:9000/",
    "http://h/ä?ö=ü",
    "http://h?x",
    "http://h#x",
    "http://h/a//b",
    "http://h/%2e%2e/a",
    "https://h/..",
    "http:\\\\h\\a",
    "  http://h/  ",
    "mailto:a@b",
    "http://h/?a=1&a=2&b=%26&c",
    "http://h:80/",
    "http://h:0/",
  ];
  for (const url of urls) {
    test(url, () => {
      const parts = parseUrl(url);
      const real = new URL(url);
      expect(parts).not.toBeNull();
      if (parts === null) return;
      expect({ ...parts }).toEqual({
        protocol: real.protocol,
        username: real.username,
        password: real.password,
        hostname: real.hostname,
        port: real.port,
        pathname: real.pathname,
        search: real.search,
        hash: real.hash,
      });
      expect(formatUrl(parts)).toBe(real.href);
      expect(parseQuery(real.search)).toEqual([...real.searchParams]);
    });
  }
  for (const url of [
    "",
    "x",
    "/path",
    "http://",
    "http://h:99999/",
    "http://a b/",
    "http://h:x/",
    "//h/",
    "http://[::1]:9000x/",
  ]) {
    test(`${url === "" ? "the empty text" : url} is none`, () => {
      expect(URL.canParse(url)).toBe(false);
      expect(parseUrl(url)).toBeNull();
    });
  }
  test("against a base", () => {
    for (const relative of [
      "a",
      "/a",
      "?q",
      "#h",
      "../x",
      "./y",
      "//other/z",
      "",
      "a/b/../c",
      "http://abs/",
    ]) {
      const base = parseUrl("http://h/d/e?f#g");
      const parts = parseUrl(relative, base);
      expect(parts === null ? null : formatUrl(parts)).toBe(new URL(relative, "http://h/d/e?f#g").href);
    }
  });
  test("queries are written as the platform writes them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }))),
        (pairs) => {
          expect(formatQuery(pairs)).toBe(new URLSearchParams(pairs).toString());
        },
      ),
    );
  });
});

describe("UTF-8 is that of TextEncoder and TextDecoder", () => {
  test("out", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        (text) => {
          expect(encodeUtf8(text)).toEqual([...new TextEncoder().encode(text)]);
        },
      ),
    );
  });
  test("and in, from any bytes", () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xbb),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (bytes) => {
        expect(decodeUtf8(bytes)).toBe(new TextDecoder().decode(new Uint8Array(bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});

const snippets: Readonly<Record<string, string>> = {
  "Response and Request": `
    const r = new Response("héllo", { status: 201, headers: { "X-A": "1" } }); console.log(r.status, r.ok, r.headers.get("x-a"), r.headers.get("content-type"), r.bodyUsed);
    r.text().then((t) => { console.log(t, r.bodyUsed); return r.text(); }).catch((e) => console.log(e.name));
    Response.json({ a: [1] }).json().then((v) => console.log(v)); console.log(Response.json(1).headers.get("content-type"), new Response(null, { status: 204 }).status, new Response().ok, new Response("x", { status: 404 }).ok);
    try { new Response("x", { status: 99 }); } catch (e) { console.log(e.name); }
    new Response(new Uint8Array([104, 105])).text().then((t) => console.log(t)); new Response("hi").arrayBuffer().then((b) => console.log(b.byteLength));
    const q = new Request("http://h/p?x=1", { method: "post", body: "b", headers: [["a", "b"]] }); console.log(q.url, q.method, q.headers.get("A")); q.text().then((t) => console.log(t));
    new Response("{bad").json().catch((e) => console.log(e.name));`,
  Headers: `
    const h = new Headers({ b: "2", a: "1" }); h.append("a", "3"); h.set("C", "4"); h.delete("b"); console.log([...h], h.has("c"), h.get("zz"), [...h.keys()], [...h.values()].join(), [...h.entries()].length); h.forEach((v, k) => console.log(k, v)); console.log([...new Headers(h)].length);`,
  "URL and URLSearchParams": `
    const u = new URL("/a?b=c&d=e&b=f#g", "http://h:81/x"); console.log(u.pathname, u.host, u.port, u.origin, u.search, u.hash, String(u), u.href, JSON.stringify({ u }), u.searchParams.get("b"), u.searchParams.getAll("b"), u.searchParams.has("z"), [...u.searchParams]);
    const { hostname, protocol } = u; console.log(hostname, protocol); try { new URL("nope"); } catch (e) { console.log(e.name); } console.log(URL.canParse("http://x"));
    const p = new URLSearchParams({ a: "1 2", b: "&" }); p.append("c", 3); p.set("a", "x"); p.delete("b"); console.log(p.toString(), p.size, "" + p, [...p.keys()], [...new URLSearchParams("?q=1&r").entries()]);`,
  "bytes and text": `
    const b = new TextEncoder().encode("héy"); console.log(b, b.length, new TextDecoder().decode(b), b.subarray(1, 3), b.slice(-1)[0]); const s = b.subarray(1); s[0] = 65; console.log(b[1], s.byteOffset, s.buffer === b.buffer);
    const z = new Uint8Array(4); z.set([1, 2], 1); z.fill(9, 3); console.log(z, Uint8Array.from([300, -1]), Uint8Array.of(1, 2), new Uint8Array([1, 2, 3]).map((x) => x * 100), [...z].join(), z.at(-1), z.includes(2), z.indexOf(9), Array.from(z, (x) => x + 1)); for (const x of z) console.log(x);
    const buf = new ArrayBuffer(4); const v = new Uint8Array(buf, 1, 2); v[0] = 7; console.log(new Uint8Array(buf), v.byteLength, buf.byteLength, buf.slice(1, 2).byteLength, z.reduce((a, c) => a + c, 0), z.join("-"), \`\${z}\`, z instanceof Uint8Array, ArrayBuffer.isView(z)); z[9] = 1; console.log(z[9], z.length, Object.keys(z)); try { z.set([1], 9); } catch (e) { console.log(e.name); } try { new Uint8Array(-1); } catch (e) { console.log(e.name); }
    console.log(z.reverse(), new Uint8Array(z).toString(), new Uint8Array(new Set([1])).length, z.filter((x) => x), z.find((x) => x > 5), z.some((x) => x === 2), JSON.stringify(new Uint8Array([1, 2])));`,
};

describe("the web platform's own objects", () => {
  for (const [title, body] of Object.entries(snippets)) {
    test(title, async () => {
      const expected = await engineLines(
        body,
        (value) => inspect(value),
        () => setImmediate().then(() => setImmediate()),
      );
      expect([...machineLines(body)].sort()).toEqual([...expected].sort());
    });
  }
});
