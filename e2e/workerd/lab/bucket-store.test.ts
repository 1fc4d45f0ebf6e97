import { describe, expect, it } from "vitest";
import { BucketStore } from "./bucket-store.ts";

function bucketWith(...keys: readonly string[]) {
  const store = new BucketStore();
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = "") => {
    const url = new URL(path, "http://bucket");
    const query = url.searchParams;
    return store.apply({ method, path: url.pathname, query, headers, body: Buffer.from(body) });
  };
  for (const key of keys) ask("PUT", `/bucket/${key}`, {}, `the body of ${key}`);
  return ask;
}

describe("BucketStore", () => {
  it("gives back what was put, as a whole, in part, and not at all", () => {
    const ask = bucketWith("a");
    expect(ask("GET", "/bucket/a").body.toString()).toBe("the body of a");
    expect(ask("GET", "/bucket/a", { range: "bytes=4-7" })).toMatchObject({ status: 206 });
    expect(ask("GET", "/bucket/a", { range: "bytes=4-7" }).body.toString()).toBe("body");
    expect(ask("GET", "/bucket/a", { range: "bytes=-1" }).body.toString()).toBe("a");
    expect(ask("GET", "/bucket/a", { range: "bytes=99-" })).toMatchObject({ status: 416 });
    expect(ask("GET", "/bucket/b")).toMatchObject({ status: 404 });
    expect(ask("DELETE", "/bucket/a")).toMatchObject({ status: 204 });
    expect(ask("GET", "/bucket/a")).toMatchObject({ status: 404 });
  });

  it("keeps to conditions: only if there is none, only if it is the one", () => {
    const ask = bucketWith("a");
    const etag = String(ask("GET", "/bucket/a").headers.etag);
    expect(ask("PUT", "/bucket/a", { "if-none-match": "*" })).toMatchObject({ status: 412 });
    expect(ask("PUT", "/bucket/b", { "if-none-match": "*" })).toMatchObject({ status: 200 });
    expect(ask("PUT", "/bucket/c", { "if-match": etag })).toMatchObject({ status: 404 });
    expect(ask("PUT", "/bucket/a", { "if-match": '"another"' })).toMatchObject({ status: 412 });
    expect(ask("PUT", "/bucket/a", { "if-match": etag })).toMatchObject({ status: 200 });
    expect(ask("PUT", "/bucket/a", { "if-match": etag })).toMatchObject({ status: 412 });
  });

  it("lists keys in order, folders as one, and in parts", () => {
    const ask = bucketWith("x/2", "x/1", "x/y/1", "x/y/2", "z");
    const list = (query: string) => {
      const body = ask("GET", `/bucket?${query}`).body.toString();
      return [...body.matchAll(/<(?:Key|CommonPrefixes><Prefix)>([^<]*)/g)].map(([, key]) => key);
    };
    expect(list("prefix=x/")).toEqual(["x/1", "x/2", "x/y/1", "x/y/2"]);
    expect(list("prefix=x/&delimiter=/")).toEqual(["x/1", "x/2", "x/y/"]);
    expect(list("max-keys=2")).toEqual(["x/1", "x/2"]);
    expect(list("max-keys=2&continuation-token=x/2")).toEqual(["x/y/1", "x/y/2"]);
    expect(ask("GET", "/bucket?max-keys=2").body.toString()).toContain(
      "<NextContinuationToken>x/2</NextContinuationToken>",
    );
  });
});
