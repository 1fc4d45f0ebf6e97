/* The bucket's server. Before it does anything with a request it asks what shall become of it. */
import http from "node:http";
import type { Socket } from "node:net";
import { type BucketAnswer, type BucketRequest, BucketStore, bucketError } from "./bucket-store.ts";
import { listen } from "./peer.ts";

/** What becomes of a request. `apply`: it is done all the same, and the client sees an error. */
export type Verdict =
  | { readonly kind: "do" }
  | { readonly kind: "never" }
  | { readonly kind: "reset"; readonly apply: boolean }
  | { readonly kind: "refuse"; readonly status: number; readonly apply: boolean };

export interface Bucket {
  readonly port: number;
  stop(): void;
}

const CODES: Readonly<Record<number, string>> = {
  400: "InvalidRequest",
  401: "Unauthorized",
  403: "AccessDenied",
  404: "NoSuchKey",
  409: "ConditionalRequestConflict",
  412: "PreconditionFailed",
  429: "SlowDown",
  500: "InternalError",
  503: "SlowDown",
};

/** Starts it on a free port. */
export async function startBucket(decide: (request: BucketRequest) => Promise<Verdict>): Promise<Bucket> {
  const store = new BucketStore();
  const sockets = new Set<Socket>();
  const answer = async (request: BucketRequest, socket: Socket): Promise<BucketAnswer | null> => {
    const verdict = await decide(request);
    if (verdict.kind === "never") return null;
    if (verdict.kind === "do") return store.apply(request);
    if (verdict.apply) store.apply(request);
    if (verdict.kind === "refuse") return bucketError(verdict.status, CODES[verdict.status] ?? "Error");
    socket.resetAndDestroy();
    return null;
  };
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("error", () => {});
    response.on("error", () => {});
    incoming.on("end", async () => {
      const url = new URL(incoming.url ?? "/", "http://bucket");
      const request = {
        method: incoming.method ?? "GET",
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      };
      const result = await answer(request, incoming.socket);
      if (result === null) return;
      response.writeHead(result.status, {
        ...result.headers,
        "content-length": Buffer.byteLength(result.body),
      });
      response.end(request.method === "HEAD" ? undefined : result.body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  return {
    port: await listen(server),
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
