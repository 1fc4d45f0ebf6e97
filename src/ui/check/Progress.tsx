import type { UnderWay } from "../../store/checks.ts";
import { designInfo } from "../../store/designs.ts";
import { IconButton } from "../common/IconButton.tsx";
import { useChecks } from "./use-checks.ts";

/** A check under way: how far it is, and what can be done with it. */
export function Progress({ underWay }: { readonly underWay: UnderWay }) {
  const checks = useChecks();
  const { design, progress, rate, isPaused, waiting } = underWay;
  const number = (value: number): string => value.toLocaleString("en");
  return (
    <div className="check-progress">
      <div className="check-progress-row">
        {/* The numbers change ten times a second: a reader is told only that it goes on, or stands still. */}
        <p role="status">
          {isPaused ? "Paused" : "Checking"} {designInfo(design.id).label}
          {waiting > 0 && `, ${waiting} more to come`}
        </p>
        <span className="check-progress-tools">
          {isPaused ? (
            <IconButton icon="play" label="Resume" className="button-quiet" onClick={() => checks.resume()} />
          ) : (
            <IconButton icon="pause" label="Pause" className="button-quiet" onClick={() => checks.pause()} />
          )}
          <IconButton
            icon="close"
            label="Cancel the check"
            className="button-quiet"
            onClick={() => checks.cancel()}
          />
        </span>
      </div>
      <div className={isPaused ? "check-bar check-bar-paused" : "check-bar"} aria-hidden="true" />
      <dl className="check-numbers">
        <div>
          <dt>states</dt>
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
    </div>
  );
}
