/*
 * Following what the far end of each connection saw: one list of entries a connection, explained in its own order.
 */
import { showWireEntry, toByteText, type WireEntry } from "./entries.ts";
import { next, type Position, pastOpenEnd, take } from "./match-bytes.ts";

/** The next record does not fit; `saw` is what it would have been to an observer. */
export class Differs {
  readonly saw: string;
  constructor(saw: string) {
    this.saw = saw;
  }
}

type Wires = readonly (readonly WireEntry[])[];

/** The next entry of a connection has to be `expected`; gives the positions after it. */
export function followWire(
  wires: Wires,
  positions: readonly Position[],
  connection: number,
  expected: WireEntry,
): readonly Position[] | Differs {
  const own = wires[connection - 1] ?? [];
  const position = positions[connection - 1];
  const here = position === undefined ? undefined : pastOpenEnd(own, position);
  const entry = own[here?.entry ?? 0];
  const shown = showWireEntry(connection, expected);
  if (
    here === undefined ||
    here.bytes > 0 ||
    entry === undefined ||
    showWireEntry(connection, entry) !== shown
  )
    return new Differs(shown);
  return positions.with(connection - 1, next(here));
}

/** The next bytes of a connection have to be these. */
export function followBytes(
  wires: Wires,
  positions: readonly Position[],
  connection: number,
  bytes: number,
  text: string,
): readonly Position[] | Differs {
  const position = positions[connection - 1];
  const entry = wires[connection - 1]?.[position?.entry ?? 0];
  const after =
    position !== undefined && entry?.kind === "data" ? take(entry.data, position, bytes, text) : null;
  if (after !== null) return positions.with(connection - 1, after);
  return new Differs(
    showWireEntry(connection, { kind: "data", data: [{ type: "text", text: toByteText(text) }] }),
  );
}
