/*
 * The far end as a Worker: the connect() handler that the handler's connections go to where the scenario says so. It tells
 * what it sees in lines of its own among those that are logged. A call that is cancelled runs no more: how the object ends
 * a connection is not seen.
 */
import type { PeerBehaviour } from "./scenario.ts";
import type { Wire } from "./wire.ts";

/** What the Worker can do of what a far end may. */
const ABLE = new Set(["greet", "echo", "readAfterMs", "returnsAfterMs", "throwsAfterMs"]);
/** A call that neither returns nor throws lasts longer than any run. */
const LASTS_MS = 60_000;
const LINE = /^\[far (\d+)\] (accept|fin|data (.*))$/;

/** The module of the Worker. */
export function farWorker(behaviour: PeerBehaviour): string {
  const unable = Object.keys(behaviour).find((name) => !ABLE.has(name));
  if (unable !== undefined) throw new Error(`A Worker as the far end cannot do "${unable}".`);
  const { greet, echo, readAfterMs = 0, returnsAfterMs, throwsAfterMs } = behaviour;
  return `let connections = 0;
async function read(socket, tell) {
  await scheduler.wait(${readAfterMs});
  const reader = socket.readable.getReader(), writer = socket.writable.getWriter();
  ${greet === undefined ? "" : `writer.write(new TextEncoder().encode(${JSON.stringify(greet)}));`}
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return tell("fin");
    tell("data " + JSON.stringify(new TextDecoder().decode(value)));
    ${echo ? "writer.write(value);" : ""}
  }
}
export default {
  async connect(socket) {
    const connection = ++connections, tell = (text) => console.log("[far " + connection + "] " + text);
    tell("accept");
    read(socket, tell).catch(() => {});
    await scheduler.wait(${throwsAfterMs ?? returnsAfterMs ?? LASTS_MS});
    ${throwsAfterMs === undefined ? "" : 'throw new Error("thrown by the far end");'}
  },
};
`;
}

/** Whether a line that was logged is the Worker's. */
export const isOfFarWorker = (line: string): boolean => LINE.test(line);

/** Hands on what the Worker saw. */
export function tellWire(line: string, wire: Wire): void {
  const [, connection, what, data] = LINE.exec(line) ?? [];
  if (data !== undefined)
    wire.saw(Number(connection), { kind: "data", bytes: Buffer.from(JSON.parse(data)) });
  else if (what === "accept" || what === "fin") wire.saw(Number(connection), { kind: what });
}
