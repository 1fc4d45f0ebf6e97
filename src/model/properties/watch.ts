/*
 * What the properties remember from step to step: small plain data in the state, which `encode` compares like the rest.
 * What was settled for good is forgotten (remember.ts), so that it stays as small as what is open.
 */
import type { WriteId } from "../../base/ids.ts";
import type { Output } from "../records.ts";

/** What was seen of one socket. */
export interface SocketWatch {
  /** The number of the last write that went on the wire; 0 for none (S8). */
  readonly sent: number;
  readonly syn: boolean;
  readonly accepted: boolean;
  /** How often `opened` and `closed` have settled, and how the first time (S9). */
  readonly opened: "resolved" | "rejected" | null;
  readonly closed: "resolved" | "rejected" | null;
}

/** The memory of all properties: a part of the state. */
export interface Watch {
  /** Outputs that crossed the gate line although these writes they depend on are neither durable nor failed (S4). */
  readonly leaked: readonly { readonly output: Output; readonly writes: readonly WriteId[] }[];
  /** Of sockets, by id - 1. */
  readonly seen: readonly SocketWatch[];
}

/** The memory before anything has happened. */
export const NOTHING_SEEN: Watch = { leaked: [], seen: [] };
/** A socket of which nothing was seen. */
export const NEW_SOCKET: SocketWatch = { sent: 0, syn: false, accepted: false, opened: null, closed: null };
