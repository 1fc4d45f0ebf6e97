/*
 * The worker's ear. Only the page that made the worker can speak to it, so the one thing that may be wrong is the version
 * (a stale page); a schema library would be most of what it takes to tell.
 */
import { PROTOCOL_VERSION, type ToWorker } from "./protocol.ts";

const REQUESTS: ReadonlySet<unknown> = new Set(["compile", "run", "until"]);

/** What the page sent, or null when it is no message of this protocol and version. */
export function parseToWorker(data: unknown): ToWorker | null {
  if (!isObject(data) || data.version !== PROTOCOL_VERSION || !Number.isInteger(data.id)) return null;
  const isMessage = data.cancel === true || (isObject(data.request) && REQUESTS.has(data.request.type));
  return isMessage ? (data as unknown as ToWorker) : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
