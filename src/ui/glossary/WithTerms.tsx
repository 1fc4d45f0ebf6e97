import { Fragment } from "react";
import { splitTerms } from "./split-terms.ts";
import { Term } from "./Term.tsx";

interface Props {
  readonly text: string;
  /** Off where the text changes with every step: the words are explained on hover, and stand in the help too. */
  readonly isTabStop?: boolean;
}

/** A sentence in which the field's words explain themselves. */
export function WithTerms({ text, isTabStop = true }: Props) {
  return splitTerms(text).map(({ text: part, term }, index) =>
    term === null ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no identity but their place.
      <Fragment key={index}>{part}</Fragment>
    ) : (
      <Term key={term} id={term} isTabStop={isTabStop}>
        {part}
      </Term>
    ),
  );
}
