import { mustGet } from "../../base/assert.ts";
import type { RunRecord } from "../../model/records.ts";
import { beatOfRecord, type Shown } from "../../store/shown.ts";
import { injectableAt } from "../../store/subject.ts";
import { causesOf } from "../../timeline/causality.ts";
import { describe } from "../../timeline/describe.ts";
import { whyOf } from "../../timeline/why.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, usePlayback, useShown } from "../explorer-context.ts";
import { WithTerms } from "../glossary/WithTerms.tsx";
import { recordFacts } from "./record-facts.ts";

/** How many causes are listed; the picture lights up all of them. */
const CAUSES = 6;

interface Props {
  readonly shown: Shown;
  readonly record: RunRecord;
}

/** What is known about a record: its facts, its causes, and what may be done to it. */
export function RecordView({ shown: { run, beats }, record }: Props) {
  const { playback } = useExplorer();
  const { sentence } = causesOf(run, record.index);
  const beat = beatOfRecord(beats, record.index);
  return (
    <div className="inspector">
      <h3 className="inspector-title">{describe(record, run)}</h3>
      <p className="inspector-sentence">
        <WithTerms text={`${capitalized(sentence)}.`} />
      </p>
      <dl className="facts">
        {recordFacts(record, run).map(({ name, value }) => (
          <div key={name + value}>
            <dt>
              <WithTerms text={name} />
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Causes run={run} record={record} />
      <Injections record={record} />
      <button type="button" className="button button-wide" onClick={() => playback.moveTo(beat)}>
        Go to step {beat + 1}
      </button>
    </div>
  );
}

function Causes({ run, record }: { readonly run: Shown["run"]; readonly record: RunRecord }) {
  const { selection } = useExplorer();
  // Of a violation everything that made it happen, in order; of anything else what led to it, newest first.
  const why = whyOf(run, record.index)?.records.filter(({ index }) => index !== record.index);
  const chain = why ?? causeChain(record, run.records).slice(0, CAUSES);
  if (chain.length === 0) return null;
  return (
    <>
      <h4 className="subheading">Because</h4>
      <ol className="causes">
        {chain.map((cause) => (
          <li key={cause.index}>
            <button type="button" className="link-button" onClick={() => selection.select(cause.index)}>
              {describe(cause, run)}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Failures that concern what is selected. */
function Injections({ record }: { readonly record: RunRecord }) {
  const explorer = useExplorer();
  const shown = mustGet(useShown(), "a run around a selected record");
  const step = usePlayback((state) => shown.beats[state.cursor]?.step ?? 0);
  const injectable = injectableAt(shown.run, record, step);
  if (injectable === null) return null;
  return (
    <ul className="injections">
      {injectable.choices.map((choice) => (
        <li key={choice.key}>
          <button
            type="button"
            className="button button-wide button-failure"
            onClick={() => void explorer.take(choice, injectable.step)}
          >
            <Icon name="bolt" />
            {choice.title}
          </button>
        </li>
      ))}
    </ul>
  );
}

function causeChain(record: RunRecord, records: readonly RunRecord[]): readonly RunRecord[] {
  const chain: RunRecord[] = [];
  let current = record;
  while (current.cause !== null && current.cause < current.index) {
    const cause = records[current.cause];
    if (cause === undefined) break;
    chain.push(cause);
    current = cause;
  }
  return chain;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
