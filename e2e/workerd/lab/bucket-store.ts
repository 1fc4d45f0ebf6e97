/*
 * The objects of an S3-compatible bucket, in memory: GET (with Range), HEAD, PUT, DELETE, conditions, and lists. Signatures
 * are not looked at. Only what workerd's bucket client asks for.
 */
import { createHash } from "node:crypto";

/** A request of the bucket's client. */
export interface BucketRequest {
  readonly method: string;
  /** Decoded, "/bucket/key". */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

export interface BucketAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly at: Date;
}

const XML = { "content-type": "application/xml" };
const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** An error as S3 gives it. */
export function bucketError(status: number, code: string): BucketAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message><RequestId>1</RequestId></Error>`;
  return { status, headers: XML, body };
}

export class BucketStore {
  private readonly objects = new Map<string, Stored>();
  private version = 0;

  /** Does what is asked. */
  apply(request: BucketRequest): BucketAnswer {
    const { method, path } = request;
    const [bucket = "", ...rest] = path.slice(1).split("/");
    const key = rest.join("/");
    if (key === "" && method === "GET") return this.list(bucket, request.query);
    if (method === "POST" && request.query.has("delete"))
      return this.deleteMany(bucket, request.body.toString());
    if (method === "PUT" || method === "DELETE") return this.change(request);
    if (method === "GET" || method === "HEAD") return this.read(request);
    return bucketError(405, "MethodNotAllowed");
  }

  private change({ method, path, headers, body }: BucketRequest): BucketAnswer {
    const name = path.slice(1);
    const old = this.objects.get(name);
    if (old !== undefined && matches(headers["if-none-match"], old))
      return bucketError(412, "PreconditionFailed");
    if (headers["if-match"] !== undefined) {
      if (old === undefined) return bucketError(404, "NoSuchKey");
      if (!matches(headers["if-match"], old)) return bucketError(412, "PreconditionFailed");
    }
    if (method === "DELETE") {
      this.objects.delete(name);
      return { status: 204, headers: {}, body: "" };
    }
    const source = headers["x-amz-copy-source"];
    const copied =
      source === undefined
        ? body
        : this.objects.get(decodeURIComponent(String(source)).replace(/^\//, ""))?.body;
    if (copied === undefined) return bucketError(404, "NoSuchKey");
    this.version += 1;
    const etag = `"${createHash("md5").update(copied).update(String(this.version)).digest("hex")}"`;
    this.objects.set(name, { body: copied, etag, at: new Date() });
    return { status: 200, headers: { etag }, body: "" };
  }

  private read({ path, headers }: BucketRequest): BucketAnswer {
    const stored = this.objects.get(path.slice(1));
    if (stored === undefined) return bucketError(404, "NoSuchKey");
    const described = {
      etag: stored.etag,
      "last-modified": stored.at.toUTCString(),
      "content-type": "application/octet-stream",
      "accept-ranges": "bytes",
    };
    if (headers["if-match"] !== undefined && !matches(headers["if-match"], stored)) {
      return bucketError(412, "PreconditionFailed");
    }
    if (matches(headers["if-none-match"], stored)) return { status: 304, headers: described, body: "" };
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(String(headers.range ?? "")) ?? [];
    if (first === undefined || last === undefined)
      return { status: 200, headers: described, body: stored.body };
    const size = stored.body.length;
    const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
    const to = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
    if (from > to) return bucketError(416, "InvalidRange");
    const range = { "content-range": `bytes ${from}-${to}/${size}` };
    return { status: 206, headers: { ...described, ...range }, body: stored.body.subarray(from, to + 1) };
  }

  private deleteMany(bucket: string, body: string): BucketAnswer {
    const keys = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = ""]) => key);
    for (const key of keys) this.objects.delete(`${bucket}/${key}`);
    const deleted = keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join("");
    return { status: 200, headers: XML, body: `<DeleteResult>${deleted}</DeleteResult>` };
  }

  /** ListObjectsV2 with prefix, delimiter, start-after, continuation-token and max-keys. */
  private list(bucket: string, query: URLSearchParams): BucketAnswer {
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const limit = Number(query.get("max-keys") ?? 1000);
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const names = [...this.objects.keys()].filter((name) => name.startsWith(`${bucket}/`));
    const keys = names.map((name) => name.slice(bucket.length + 1)).sort(byBytes);
    const found: string[] = [];
    const folders = new Set<string>();
    let last = "";
    let isCut = false;
    for (const key of keys) {
      if (!key.startsWith(prefix) || key <= after) continue;
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      const folder = end < 0 ? null : key.slice(0, end + delimiter.length);
      if (folder !== null && (folders.has(folder) || after.startsWith(folder))) continue;
      isCut = found.length + folders.size >= limit;
      if (isCut) break;
      last = folder ?? key;
      if (folder === null) found.push(key);
      else folders.add(folder);
    }
    const body = [
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
      `<Name>${escapeXml(bucket)}</Name><Prefix>${escapeXml(prefix)}</Prefix>`,
      `<KeyCount>${found.length + folders.size}</KeyCount><MaxKeys>${limit}</MaxKeys><IsTruncated>${isCut}</IsTruncated>`,
      isCut ? `<NextContinuationToken>${escapeXml(last)}</NextContinuationToken>` : "",
      ...found.map((key) => this.describeContents(bucket, key)),
      ...[...folders].map(
        (folder) => `<CommonPrefixes><Prefix>${escapeXml(folder)}</Prefix></CommonPrefixes>`,
      ),
      "</ListBucketResult>",
    ].join("");
    return { status: 200, headers: XML, body };
  }

  private describeContents(bucket: string, key: string): string {
    const stored = this.objects.get(`${bucket}/${key}`);
    if (stored === undefined) return "";
    return [
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${stored.at.toISOString()}</LastModified>`,
      `<ETag>${escapeXml(stored.etag)}</ETag><Size>${stored.body.length}</Size>`,
      "<StorageClass>STANDARD</StorageClass></Contents>",
    ].join("");
  }
}

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Whether a list of tags, as conditions have them, names the object. */
function matches(header: string | readonly string[] | undefined, { etag }: Stored): boolean {
  if (header === undefined) return false;
  const tags = String(header)
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
