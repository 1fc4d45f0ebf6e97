/* As much of the WebSocket protocol as a far end needs that only listens. */
import { createHash } from "node:crypto";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CLOSE = 8;

/** The answer to an upgrade request. */
export function acceptUpgrade(request: string): string {
  const key = /sec-websocket-key: *(\S+)/i.exec(request)?.[1] ?? "";
  const accept = createHash("sha1")
    .update(key + MAGIC)
    .digest("base64");
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    "\r\n",
  ].join("\r\n");
}

/** The messages in what a client sent: short masked frames, each as it is recorded. */
export function readFrames(bytes: Buffer): readonly string[] {
  const frames: string[] = [];
  let at = 0;
  while (at + 6 <= bytes.length) {
    const length = (bytes[at + 1] ?? 0) & 0x7f;
    const mask = bytes.subarray(at + 2, at + 6);
    const payload = bytes
      .subarray(at + 6, at + 6 + length)
      .map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    const opcode = (bytes[at] ?? 0) & 0x0f;
    frames.push(opcode === CLOSE ? "close" : JSON.stringify(Buffer.from(payload).toString()));
    at += 6 + length;
  }
  return frames;
}
