/* What the far end saw, connection by connection. What arrives with nothing between is one entry: TCP may cut and join it. */
import type { Sight } from "./peer.ts";

/** More is not needed to write it down. */
const KEPT_BYTES = 4096;

interface Arrived {
  text: string;
  length: number;
}

/** How a run writes it down. */
export interface WireWords {
  readonly describe: (bytes: string, length: number) => string;
  /** Errors that are a reset; others are written as they are. */
  readonly resets: readonly string[];
  /** Whether it is said that both directions are done. */
  readonly closes: boolean;
}

export class Wire {
  private readonly connections: (string | Arrived)[][] = [];
  private readonly words: WireWords;

  constructor(words: WireWords) {
    this.words = words;
  }

  saw(connection: number, sight: Sight): void {
    this.connections[connection - 1] ??= [];
    const entries = this.connections[connection - 1] ?? [];
    switch (sight.kind) {
      case "data": {
        const last = entries.at(-1);
        const arrived = typeof last === "object" ? last : { text: "", length: 0 };
        if (arrived !== last) entries.push(arrived);
        if (arrived.length < KEPT_BYTES) arrived.text += sight.bytes.toString("latin1");
        arrived.length += sight.bytes.length;
        break;
      }
      case "error":
        entries.push(this.words.resets.includes(sight.code) ? "rst" : sight.code);
        break;
      case "frame":
        entries.push(`websocket ${sight.text}`);
        break;
      case "close":
        if (this.words.closes) entries.push("close");
        break;
      case "accept":
      case "fin":
        entries.push(sight.kind);
        break;
    }
  }

  /** All of it, "#2 " before what the second connection saw. */
  entries(): readonly string[] {
    return this.connections.flatMap((entries, index) => {
      const mark = index === 0 ? "" : `#${index + 1} `;
      return entries.map((entry) => {
        if (typeof entry === "string") return mark + entry;
        return `${mark}data ${this.words.describe(entry.text, entry.length)}`;
      });
    });
  }
}
