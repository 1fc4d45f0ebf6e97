/*
 * The order of what workerd did with local storage: its system calls on the disk, on the connections to the far end and to
 * the client, and the handler's log lines between them, which it writes to its output.
 */
import { decodeUtf8, describeData } from "./data.ts";
import { bytesMoved, type Call, directionOf, portOf } from "./strace.ts";

/** Connections to the far end by their file descriptor, numbered in the order of connect(). */
class Connections {
  private readonly numbers = new Map<number, number>();
  private readonly open = new Set<number>();
  private count = 0;

  connect(fd: number): void {
    if (!this.open.has(fd)) {
      this.count += 1;
      this.numbers.set(fd, this.count);
    }
    this.open.add(fd);
  }

  has(fd: number): boolean {
    return this.open.has(fd);
  }

  close(fd: number): void {
    this.open.delete(fd);
  }

  /** "#2 " for the second; the first has no mark. */
  mark(fd: number): string {
    const number = this.numbers.get(fd) ?? 1;
    return number > 1 ? `#${number} ` : "";
  }
}

/** A request or an answer of the client, by its first line. */
function describeClient(call: Call): string | null {
  if (directionOf(call) === "read") {
    const path = /^GET (\S+) HTTP/.exec(call.data)?.[1];
    return path === undefined ? null : `request ${path.replace("/ALL?", "").replaceAll("&", " and ")}`;
  }
  const status = /^HTTP\/1.1 (\d+)/.exec(call.data)?.[1];
  return status === undefined ? null : `response ${status}`;
}

function describeTransfer(call: Call, connections: Connections): readonly string[] {
  const isRead = directionOf(call) === "read";
  if (call.fd === 1 && !isRead) {
    const lines = decodeUtf8(call.data).split("\n");
    return lines.filter((line) => line !== "").map((line) => `log ${line}`);
  }
  if (!connections.has(call.fd)) {
    const described = describeClient(call);
    return described === null ? [] : [described];
  }
  if (call.failed === "EAGAIN") return [];
  const moved = isRead && call.result === 0 ? "EOF" : describeData(bytesMoved(call), call.result);
  return [`${connections.mark(call.fd)}${isRead ? "recv" : "send"} ${call.failed ?? moved}`];
}

function describe(call: Call, connections: Connections, peerPort: number): readonly string[] {
  const { name, fd, failed } = call;
  const mark = (): string => connections.mark(fd);
  if (name === "fsync" || name === "fdatasync") return [failed === null ? "fsync" : `fsync ${failed}`];
  if (name === "pwrite64") return failed === null ? [] : [`disk write ${failed}`];
  if (name === "connect") {
    if (portOf(call) !== peerPort) return [];
    connections.connect(fd);
    return [`${mark()}connect${failed === null || failed === "EINPROGRESS" ? "" : ` ${failed}`}`];
  }
  if (directionOf(call) !== null) return describeTransfer(call, connections);
  if (!connections.has(fd)) return [];
  if (name === "shutdown") return [`${mark()}shutdown ${/SHUT_(\w+)/.exec(call.args)?.[1] ?? ""}`];
  if (name !== "close") return [];
  const entry = `${mark()}close`;
  connections.close(fd);
  return [entry];
}

const LARGE_SEND = /^(.*send )<(\d+) bytes(?: in parts)?>$/;

/** A large write leaves in parts whose sizes are chance. */
function joinParts(order: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const entry of order) {
    const part = LARGE_SEND.exec(entry);
    const before = part === null ? null : LARGE_SEND.exec(joined.at(-1) ?? "");
    if (part !== null && before !== null && before[1] === part[1]) {
      joined[joined.length - 1] = `${part[1]}<${Number(before[2]) + Number(part[2])} bytes in parts>`;
    } else joined.push(entry);
  }
  return joined;
}

/** The recorded order, from all calls of a run. */
export function orderOfCalls(calls: readonly Call[], peerPort: number): readonly string[] {
  const connections = new Connections();
  return joinParts(calls.flatMap((call) => describe(call, connections, peerPort)));
}
