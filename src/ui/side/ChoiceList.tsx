import { memo } from "react";
import type { Choice, EnabledChoice } from "../../model/choice.ts";
import { inOrder } from "../../store/shown.ts";
import { timeText } from "../../timeline/words.ts";
import { useExplorer, useMoment } from "../explorer-context.ts";

/** Choices with these positions can be taken with a number key. */
const NUMBERED = 9;

/** What nobody wishes for, whether a person injects it or the world does it by itself. */
const HARMFUL: ReadonlySet<Choice["type"]> = new Set<Choice["type"]>([
  "commit-fails",
  "commit-fails-stored",
  "commit-busy",
  "commit-delay",
  "check-fails",
  "check-busy",
  "last-copy-fails",
  "last-copy-busy",
  "lock-timeout",
  "refuse",
  "peer-rst",
  "service-throws",
  "client-disconnects",
  "alarm-refused",
  "update-code",
]);

/** What can happen next: every choice of the environment in the state under the cursor. */
export function ChoiceList() {
  const moment = useMoment();
  return (
    <section className="panel-section" aria-labelledby="next-heading">
      <h2 className="heading" id="next-heading">
        What can happen next
      </h2>
      {moment !== null && <Note isInside={moment.isInside} enabled={moment.step.enabled} />}
      {moment !== null && (
        <Choices enabled={moment.step.enabled} step={moment.step.index} nextKey={moment.nextKey} />
      )}
    </section>
  );
}

interface NoteProps {
  readonly isInside: boolean;
  readonly enabled: readonly EnabledChoice[];
}

function Note({ isInside, enabled }: NoteProps) {
  const isEmpty = enabled.length === 0;
  if (isInside && isEmpty)
    return <p className="empty">The object is still running. After that the run is over.</p>;
  if (isEmpty)
    return <p className="empty">Nothing more: the run is over, and nobody has anything left to do.</p>;
  if (!isInside)
    return enabled.every(({ role }) => role === "failure") ? (
      <p className="empty">Nothing more by itself: the run is over, unless somebody steps in.</p>
    ) : null;
  return (
    <p className="note note-running">
      The object is still running. These apply when it waits; picking one goes there.
    </p>
  );
}

interface ChoicesProps {
  readonly enabled: readonly EnabledChoice[];
  readonly step: number;
  readonly nextKey: string | null;
}

/** The same within a step: only another step, or another future, renders it again. */
const Choices = memo(function Choices({ enabled, step, nextKey }: ChoicesProps) {
  const ordered = inOrder(enabled);
  const firstFailure = ordered.findIndex((choice) => choice.role === "failure");
  const ordinary = firstFailure < 0 ? ordered : ordered.slice(0, firstFailure);
  const failures = firstFailure < 0 ? [] : ordered.slice(firstFailure);
  const item = (choice: EnabledChoice, position: number) => (
    <ChoiceItem
      key={choice.key}
      choice={choice}
      step={step}
      isNext={choice.key === nextKey}
      number={position < NUMBERED ? position + 1 : null}
    />
  );
  return (
    <>
      <ol className="choices">{ordinary.map((choice, index) => item(choice, index))}</ol>
      {failures.length > 0 && (
        <>
          <h3 className="subheading" id="failures-heading">
            Or step in
          </h3>
          <ol className="choices" aria-labelledby="failures-heading">
            {failures.map((choice, index) => item(choice, ordinary.length + index))}
          </ol>
        </>
      )}
    </>
  );
});

interface ItemProps {
  readonly choice: EnabledChoice;
  readonly step: number;
  /** This run takes it next. */
  readonly isNext: boolean;
  readonly number: number | null;
}

function ChoiceItem({ choice, step, isNext, number }: ItemProps) {
  const explorer = useExplorer();
  const when = choice.due === null ? null : `at ${timeText(choice.due)}`;
  const detail = [when, choice.detail].filter((part) => part !== null && part !== "").join(" · ");
  return (
    <li>
      <button
        type="button"
        className={`choice ${HARMFUL.has(choice.choice.type) ? "choice-harmful" : ""} ${isNext ? "choice-next" : ""}`}
        aria-keyshortcuts={number === null ? undefined : String(number)}
        onClick={() => void explorer.take(choice, step)}
      >
        <span className="choice-title">{choice.title}</span>
        {number !== null && (
          <span className="key" aria-hidden="true">
            {number}
          </span>
        )}
        {detail !== "" && <span className="choice-detail">{detail}</span>}
        {isNext && <span className="choice-tag">next in this run</span>}
      </button>
    </li>
  );
}
