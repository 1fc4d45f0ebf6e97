/*
 * The far end of the handler's connections, on the loopback interface: it behaves as the scenario says and tells what it
 * sees. What it sees is told as it arrives; who listens joins what TCP may have cut.
 */
import net from "node:net";
import { startProcess, stopProcess } from "./cleanup.ts";
import type { PeerBehaviour } from "./scenario.ts";
import { acceptUpgrade, readFrames } from "./websocket-server.ts";

/** What a far end saw of a connection. Connections count from 1 in the order of their arrival. */
export type Sight =
  | { readonly kind: "accept" | "fin" | "close" }
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "data"; readonly bytes: Buffer }
  | { readonly kind: "frame"; readonly text: string };

/** Who wants to know, and who tells when an entry of the order is there (`readAfter`). */
export interface Watcher {
  saw(connection: number, sight: Sight): void;
  after(entry: string): Promise<void>;
}

export interface Peer {
  readonly port: number;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Listens on `port`, 0 for any free one, and tells which it is. */
export async function listen(server: net.Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** A port where nobody listens. */
async function unusedPort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens and never accepts. */
const DEAF_SERVER = `
const server = require("node:net").createServer();
server.listen({ port: 0, host: "${HOST}", backlog: 1 }, () => {
  require("node:fs").writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** A listener whose queue is full, so that connect() stays pending. */
async function startBlackhole(): Promise<Peer> {
  const child = startProcess(process.execPath, ["-e", DEAF_SERVER], { stdio: ["ignore", "pipe", "ignore"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once("data", (text: Buffer) => resolve(Number(text.toString())));
    child.once("error", reject);
  });
  const fillers = Array.from({ length: 4 }, () => net.connect(port, HOST).on("error", () => {}));
  await sleep(100);
  return {
    port,
    async stop() {
      for (const filler of fillers) filler.destroy();
      await stopProcess(child, "SIGKILL");
    },
  };
}

const HTTP_ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npeer";

/** Whether an HTTP request has arrived as a whole. */
function isWholeRequest(request: string): boolean {
  if (/transfer-encoding: chunked/i.test(request)) return request.endsWith("0\r\n\r\n");
  return request.includes("\r\n\r\n");
}

function answerData(socket: net.Socket, behaviour: PeerBehaviour, tell: (sight: Sight) => void): void {
  let hasReplied = false;
  let isWebSocket = false;
  let request = "";
  socket.on("data", (bytes: Buffer) => {
    if (isWebSocket) {
      for (const text of readFrames(bytes)) tell({ kind: "frame", text });
      return;
    }
    tell({ kind: "data", bytes });
    if (behaviour.echo) socket.write(bytes);
    if (behaviour.reply !== undefined && !hasReplied) {
      hasReplied = true;
      socket.write(behaviour.reply);
    }
    if (behaviour.websocket) {
      isWebSocket = true;
      socket.write(acceptUpgrade(bytes.toString("latin1")));
    }
    if (behaviour.http && !hasReplied) {
      request += bytes.toString("latin1");
      hasReplied = isWholeRequest(request);
      if (hasReplied) socket.end(HTTP_ANSWER);
    }
    if (behaviour.finOnData) socket.end();
    if (behaviour.rstOnData) socket.resetAndDestroy();
  });
}

function answerEnd(socket: net.Socket, { holdOpen, sayAfterFinMs }: PeerBehaviour): void {
  if (!holdOpen && !socket.writableEnded) socket.end();
  if (sayAfterFinMs === undefined) return;
  // Twice: the first is answered with a reset, the second one meets it.
  for (const later of [0, 20]) {
    setTimeout(() => socket.destroyed || socket.write("still here"), sayAfterFinMs + later);
  }
}

function serve(socket: net.Socket, behaviour: PeerBehaviour, watcher: Watcher, connection: number): void {
  const tell = (sight: Sight): void => watcher.saw(connection, sight);
  tell({ kind: "accept" });
  socket.setNoDelay(true);
  socket.on("error", (error: NodeJS.ErrnoException) =>
    tell({ kind: "error", code: error.code ?? error.message }),
  );
  socket.on("close", () => tell({ kind: "close" }));
  if (behaviour.rstOnAccept) {
    socket.resetAndDestroy();
    return;
  }
  if (behaviour.greet !== undefined) socket.write(behaviour.greet);
  if (behaviour.finOnAccept) socket.end();
  if (behaviour.finAfterMs !== undefined) setTimeout(() => socket.end(), behaviour.finAfterMs);
  if (behaviour.rstAfterMs !== undefined) setTimeout(() => socket.resetAndDestroy(), behaviour.rstAfterMs);
  answerData(socket, behaviour, tell);
  socket.on("end", () => {
    tell({ kind: "fin" });
    answerEnd(socket, behaviour);
  });
  if (behaviour.readAfter !== undefined) void watcher.after(behaviour.readAfter).then(() => socket.resume());
  else setTimeout(() => socket.resume(), behaviour.readAfterMs ?? 0);
}

/** Starts the far end. */
export async function startPeer(behaviour: PeerBehaviour, watcher: Watcher): Promise<Peer> {
  if (behaviour.refuse) return { port: await unusedPort(), stop: async () => {} };
  if (behaviour.blackhole) return startBlackhole();
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    serve(socket, behaviour, watcher, sockets.size);
  });
  const port = await listen(server);
  return {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
