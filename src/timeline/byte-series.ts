/*
 * How many bytes of a socket are where, after each record that moves some.
 *
 *   record              queue  pipe  flight  unread
 *   bytes-queued 10        10     0       0       0     write() was called
 *   bytes-dispatched 10     0    10       0       0     the gate let it through; the pipe takes one write at a time
 *   bytes-sent 10           0     0      10       0     on the wire
 *   outside receive 10      0     0       0       0     the far end has it
 *   bytes-arrive 4          0     0       0       4     the far end's answer has reached the host
 *   bytes-read 4            0     0       0       0     the handler has it
 */
import type { ActorId, SocketId } from "../base/ids.ts";
import type { RunRecord } from "../model/records.ts";

/** Bytes by place. */
export interface ByteCounts {
  readonly queue: number;
  readonly pipe: number;
  readonly flight: number;
  readonly unread: number;
}

/** The counts from a record on. */
export interface ByteState extends ByteCounts {
  readonly record: RunRecord;
}

const NONE: ByteCounts = { queue: 0, pipe: 0, flight: 0, unread: 0 };

/** The states of a socket's bytes, one for each record that changes them. */
export function byteSeries(
  records: readonly RunRecord[],
  socket: SocketId,
  actor: ActorId | null,
): readonly ByteState[] {
  const states: ByteState[] = [];
  const inPipe = new Set<number>();
  let counts = NONE;
  for (const record of records) {
    const next = isEnd(record, actor) ? NONE : after(counts, record, socket, inPipe);
    if (next === counts) continue;
    counts = next;
    states.push({ ...counts, record });
  }
  return states;
}

/** With the object's life everything goes that is not on the wire. */
function isEnd(record: RunRecord, actor: ActorId | null): boolean {
  return record.kind === "object-aborts" && record.actor === actor;
}

function after(counts: ByteCounts, record: RunRecord, socket: SocketId, inPipe: Set<number>): ByteCounts {
  if (record.kind === "outside") {
    const { event } = record;
    if (event.type !== "receive" || event.socket !== socket) return counts;
    return { ...counts, flight: Math.max(0, counts.flight - event.bytes) };
  }
  if (!("socket" in record) || record.socket !== socket) return counts;
  switch (record.kind) {
    case "bytes-queued":
      return { ...counts, queue: counts.queue + record.bytes };
    case "bytes-dispatched":
      inPipe.add(record.write);
      return { ...counts, queue: Math.max(0, counts.queue - record.bytes), pipe: counts.pipe + record.bytes };
    case "bytes-sent":
      return { ...without(counts, record, inPipe), flight: counts.flight + record.bytes };
    case "bytes-dropped":
      return without(counts, record, inPipe);
    case "bytes-arrive":
      return { ...counts, unread: counts.unread + record.bytes };
    case "bytes-read":
      return record.bytes === 0 ? counts : { ...counts, unread: Math.max(0, counts.unread - record.bytes) };
    default:
      return counts;
  }
}

/** Takes a write out of where it is: the pipe or the queue. */
function without(
  counts: ByteCounts,
  { write, bytes }: { readonly write: number; readonly bytes: number },
  inPipe: Set<number>,
): ByteCounts {
  return inPipe.delete(write)
    ? { ...counts, pipe: Math.max(0, counts.pipe - bytes) }
    : { ...counts, queue: Math.max(0, counts.queue - bytes) };
}
