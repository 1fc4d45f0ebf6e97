/*
 * What workerd itself did in a cluster run, from its system calls, with the time of each. What the recorder does and sees has the
 * recorder's clock (cluster-timeline.ts); both are one machine's.
 */
import { decodeUtf8 } from "./data.ts";
import { bytesMoved, type Call, directionOf, portOf } from "./strace.ts";

/** One thing that workerd did. Connections count from 1 in the order of connect(). */
export type Doing = { readonly at: number } & (
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "connect" | "fin" | "close"; readonly connection: number }
  | { readonly kind: "data"; readonly connection: number; readonly bytes: string; readonly length: number }
  | { readonly kind: "response"; readonly path: string }
  /** A commit on its way to the bucket. */
  | { readonly kind: "put"; readonly key: string }
);

interface Connection {
  readonly number: number;
  /** Whether its FIN has been sent. */
  hasEnded: boolean;
}

class CallReader {
  private readonly connections = new Map<number, Connection>();
  /** By file descriptor of a client: the path that it asked for. */
  private readonly paths = new Map<number, string>();
  private count = 0;
  private readonly peerPort: number;

  constructor(peerPort: number) {
    this.peerPort = peerPort;
  }

  read(call: Call): readonly Doing[] {
    const { at, name, fd } = call;
    if (name === "connect") return this.connect(call);
    if (name === "close") return this.close(call);
    if (name === "shutdown") {
      const connection = this.connections.get(fd);
      if (connection === undefined || /SHUT_RD$/.test(call.args)) return [];
      connection.hasEnded = true;
      return [{ at, kind: "fin", connection: connection.number }];
    }
    return call.failed === null ? this.transfer(call) : [];
  }

  private connect(call: Call): readonly Doing[] {
    if (portOf(call) !== this.peerPort || this.connections.has(call.fd)) return [];
    this.count += 1;
    this.connections.set(call.fd, { number: this.count, hasEnded: false });
    return [{ at: call.at, kind: "connect", connection: this.count }];
  }

  private close({ at, fd }: Call): readonly Doing[] {
    const connection = this.connections.get(fd);
    this.connections.delete(fd);
    this.paths.delete(fd);
    if (connection === undefined) return [];
    return [{ at, kind: connection.hasEnded ? "close" : "fin", connection: connection.number }];
  }

  private transfer(call: Call): readonly Doing[] {
    const { at, fd } = call;
    const direction = directionOf(call);
    if (direction === null) return [];
    const bytes = bytesMoved(call);
    if (fd === 1 && direction === "write") {
      const lines = bytes.split("\n").filter((line) => line !== "");
      return lines.map((line) => ({ at, kind: "log", text: decodeUtf8(line) }));
    }
    const connection = this.connections.get(fd);
    if (connection !== undefined) {
      if (direction === "read" || call.result === 0) return [];
      return [{ at, kind: "data", connection: connection.number, bytes, length: call.result }];
    }
    if (direction === "read") {
      const path = /^GET (\S+) HTTP/.exec(bytes)?.[1];
      if (path !== undefined) this.paths.set(fd, path);
      return [];
    }
    const path = this.paths.get(fd);
    if (path !== undefined && /^HTTP\/1.1 \d+/.test(bytes)) return [{ at, kind: "response", path }];
    const put = /^PUT (\S+) HTTP/.exec(bytes)?.[1];
    return put?.includes("/log/") === true
      ? [{ at, kind: "put", key: decodeURIComponent(put).slice(1) }]
      : [];
  }
}

/** Everything that workerd did, in its order. */
export function doingsOf(calls: readonly Call[], peerPort: number): readonly Doing[] {
  const reader = new CallReader(peerPort);
  return calls.flatMap((call) => reader.read(call));
}
