import { useEffect, useState } from "react";
import type { Pace } from "../../store/searching.ts";
import { IconButton } from "../common/IconButton.tsx";
import "./progress.css";

/** A search that says nothing for so long may be stuck: as a rule it says how far it is ten times a second. */
const SILENCE_MS = 20_000;

interface Props {
  readonly pace: Pace;
  /** What is searched, e.g. "main, 2 more to come". */
  readonly subject: string;
  /** What it does while it is not paused, e.g. "Checking". */
  readonly doing: string;
  /** What is counted. */
  readonly unit: "states" | "pairs";
  readonly cancelLabel: string;
  readonly search: { pause(): void; resume(): void; cancel(): void };
}

/** A search under way: how far it is, and what can be done with it. */
export function Progress({ pace, subject, doing, unit, cancelLabel, search }: Props) {
  const { progress, rate, isPaused } = pace;
  const isSilent = useSilence(pace);
  const number = (value: number): string => value.toLocaleString("en");
  return (
    <div className="check-progress">
      <div className="check-progress-row">
        {/* The numbers change ten times a second: a reader is told only that it goes on, or stands still. */}
        <p role="status">
          {isPaused ? "Paused" : doing} {subject}
        </p>
        <span className="check-progress-tools">
          {isPaused ? (
            <IconButton icon="play" label="Resume" className="button-quiet" onClick={() => search.resume()} />
          ) : (
            <IconButton icon="pause" label="Pause" className="button-quiet" onClick={() => search.pause()} />
          )}
          <IconButton
            icon="close"
            label={cancelLabel}
            className="button-quiet"
            onClick={() => search.cancel()}
          />
        </span>
      </div>
      <div className={isPaused ? "check-bar check-bar-paused" : "check-bar"} aria-hidden="true" />
      <dl className="check-numbers">
        <div>
          <dt>{unit}</dt>
          <dd>{number(progress.states)}</dd>
        </div>
        <div>
          <dt>per second</dt>
          <dd>{rate === 0 ? "–" : number(rate)}</dd>
        </div>
        <div>
          <dt>depth</dt>
          <dd>{number(progress.depth)}</dd>
        </div>
        <div>
          <dt>to go on from</dt>
          <dd>{number(progress.frontier)}</dd>
        </div>
      </dl>
      <div role="status">
        {isSilent && (
          <p className="check-silent">
            No word of it for {SILENCE_MS / 1000} seconds: it may be stuck.{" "}
            <button type="button" className="link-button" onClick={() => search.cancel()}>
              Stop it
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

/** Whether a search that is not paused has said nothing for too long. */
function useSilence({ progress, isPaused }: Pace): boolean {
  const [silent, setSilent] = useState<Pace["progress"] | null>(null);
  useEffect(() => {
    if (isPaused) return undefined;
    const timer = setTimeout(() => setSilent(progress), SILENCE_MS);
    return () => clearTimeout(timer);
  }, [progress, isPaused]);
  return silent === progress && !isPaused;
}
