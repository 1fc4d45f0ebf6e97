/*
 * What strace wrote, as system calls in the order in which they began:
 *
 *     71 1790000000.000100 connect(30, {sa_family=AF_INET, sin_port=htons(9000), ...}, 16) = -1 EINPROGRESS (...)
 *     71 1790000000.000200 write(1, "opened\n", 7 <unfinished ...>
 *     72 1790000000.000300 fdatasync(12)           = -1 EIO (Input/output error) (INJECTED)
 *     71 1790000000.000400 <... write resumed>) = 7
 *
 * becomes connect, write, fdatasync. A call that never returned is left out.
 */

/** A system call that returned. */
export interface Call {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly name: string;
  /** The first argument, if it is a number. */
  readonly fd: number;
  readonly args: string;
  /** The quoted arguments, joined, one character per byte. A buffer of which only a part was used is here as a whole. */
  readonly data: string;
  /** What it returned; -1 is a failure. */
  readonly result: number;
  /** "EIO", null when it succeeded. */
  readonly failed: string | null;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", v: "\v", f: "\f" };

function unquote(text: string): string {
  return text.replace(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
}

function parseCall(at: number, text: string): Call | null {
  const call = /^(\w+)\((.*)\)\s+= (-?\d+)(?: (E[A-Z]+))?/s.exec(text);
  if (call === null) return null;
  const [, name = "", args = "", result = "", failed = null] = call;
  const quoted = [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inside = ""]) => inside);
  const fd = Number(/^\d+/.exec(args)?.[0] ?? Number.NaN);
  return { at, name, fd, args, data: unquote(quoted.join("")), result: Number(result), failed };
}

/** Reads the output of `strace -f -ttt`. */
export function readCalls(text: string): readonly Call[] {
  const calls: (Call | null)[] = [];
  /** By thread: the call that it is in. */
  const unfinished = new Map<
    string,
    { readonly slot: number; readonly at: number; readonly begin: string }
  >();
  for (const line of text.split("\n")) {
    const [, thread, seconds, rest] = /^(\d+) +([\d.]+) (.*)$/.exec(line) ?? [];
    if (thread === undefined || rest === undefined) continue;
    const at = Number(seconds) * 1000;
    const begin = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1];
    if (begin !== undefined) {
      unfinished.set(thread, { slot: calls.push(null) - 1, at, begin });
      continue;
    }
    const end = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    if (end === undefined) {
      calls.push(parseCall(at, rest));
      continue;
    }
    const open = unfinished.get(thread);
    if (open === undefined) continue;
    unfinished.delete(thread);
    calls[open.slot] = parseCall(open.at, open.begin + end);
  }
  return calls.filter((call) => call !== null);
}

/** The bytes that the call really wrote or read. */
export const bytesMoved = (call: Call): string => call.data.slice(0, Math.max(0, call.result));

/** "write" for what sends, "read" for what receives, null for every other call. */
export function directionOf({ name }: Call): "write" | "read" | null {
  if (/^(sendto|sendmsg|writev?)$/.test(name)) return "write";
  return /^(recvfrom|recvmsg|readv?)$/.test(name) ? "read" : null;
}

/** The port that a connect() is for. */
export const portOf = ({ args }: Call): number => Number(/htons\((\d+)\)/.exec(args)?.[1] ?? Number.NaN);
