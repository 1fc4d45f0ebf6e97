import { Fragment } from "react";
import { narrate } from "../../timeline/narrate.ts";
import { usePlayback, useShown } from "../explorer-context.ts";
import { WithTerms } from "../glossary/WithTerms.tsx";

/** One sentence on what has just happened, read out as it changes. */
export function Narration() {
  const shown = useShown();
  const cursor = usePlayback((state) => state.cursor);
  return (
    <p className="narration" role="status" aria-label="What has just happened">
      {shown !== null &&
        narrate(shown.run, shown.beats, cursor).map(({ text, tone }, index) =>
          // The parts of a sentence have no identity but their place.
          tone === "plain" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Fragment key={index}>
              <WithTerms text={text} isTabStop={false} />
            </Fragment>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <em key={index} className={`tone-${tone}`}>
              <WithTerms text={text} isTabStop={false} />
            </em>
          ),
        )}
    </p>
  );
}
