/* What the far end saw, as entries of a cluster run's timeline. */
import { describeDataOrRequest } from "./data.ts";
import type { Sight } from "./peer.ts";
import type { Note, Timeline } from "./timeline.ts";

/** Errors that are a reset. */
export const RESETS = ["ECONNRESET", "EPIPE"];
/** Data within this time with nothing between is one entry. */
export const BACK_TO_BACK_MS = 10;

interface Incoming {
  text: string;
  length: number;
  note: Note | null;
  at: number;
  /** What is still to come of a bulk of known size, which is one entry when it is complete. */
  bulkLeft: number;
  hasEnded: boolean;
}

export class PeerNotes {
  private readonly connections = new Map<number, Incoming>();
  private readonly timeline: Timeline;
  private readonly bulk: number;

  constructor(timeline: Timeline, bulk: number) {
    this.timeline = timeline;
    this.bulk = bulk;
  }

  saw(connection: number, sight: Sight): void {
    const mark = connection > 1 ? `#${connection} ` : "";
    const incoming = this.of(connection);
    switch (sight.kind) {
      case "accept":
        this.timeline.note(`${mark}accept`, { kind: "elsewhere" });
        break;
      case "data":
        this.data(mark, incoming, sight.bytes);
        break;
      case "frame":
        this.timeline.note(`${mark}websocket ${sight.text}`);
        break;
      case "fin":
        this.timeline.note(`${mark}fin`, incoming.hasEnded ? null : { kind: "fin", connection });
        incoming.hasEnded = true;
        break;
      case "error":
        this.timeline.note(mark + (RESETS.includes(sight.code) ? "rst" : sight.code));
        break;
      case "close":
        break;
    }
  }

  private of(connection: number): Incoming {
    const known = this.connections.get(connection);
    if (known !== undefined) return known;
    const incoming = { text: "", length: 0, note: null, at: 0, bulkLeft: this.bulk, hasEnded: false };
    this.connections.set(connection, incoming);
    return incoming;
  }

  private data(mark: string, incoming: Incoming, bytes: Buffer): void {
    const { timeline } = this;
    let rest = bytes;
    if (incoming.bulkLeft > 0) {
      const part = Math.min(incoming.bulkLeft, rest.length);
      incoming.bulkLeft -= part;
      rest = rest.subarray(part);
      if (incoming.bulkLeft === 0) timeline.note(`${mark}data <${this.bulk} bytes>`, { kind: "data" });
      if (rest.length === 0) return;
    }
    const isContinued = timeline.isLast(incoming.note) && performance.now() - incoming.at <= BACK_TO_BACK_MS;
    if (!isContinued) Object.assign(incoming, { text: "", length: 0, note: null });
    incoming.at = performance.now();
    incoming.text += rest.toString("latin1").slice(0, 4096 - incoming.text.length);
    incoming.length += rest.length;
    const text = `${mark}data ${describeDataOrRequest(incoming.text, incoming.length)}`;
    if (incoming.note !== null) incoming.note.text = text;
    else incoming.note = timeline.note(text, { kind: "data" });
  }
}
