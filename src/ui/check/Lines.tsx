import { Fragment } from "react";
import type { OutcomeLine } from "../../store/outcomes.ts";

/** What was seen at each place; bold is what was not seen there elsewhere. */
export function Lines({ lines }: { readonly lines: readonly OutcomeLine[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="outcome-lines">
      {lines.map(({ place, events }) => (
        <li key={place}>
          {place}:{" "}
          {events.map(({ text, isCommon }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same may happen twice, and the list never changes.
            <Fragment key={index}>
              {index > 0 && ", "}
              {isCommon ? text : <strong>{text}</strong>}
            </Fragment>
          ))}
        </li>
      ))}
    </ul>
  );
}
