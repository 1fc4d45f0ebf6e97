import { Popover } from "radix-ui";
import { type ReactElement, useId, useState } from "react";
import {
  clampLatency,
  countChanges,
  LATENCY_LIMIT_MS,
  PEER_IDS,
  PEERS,
  type PeerId,
  type WorldSettings,
} from "../../store/world.ts";
import { useExplorer, useSession } from "../explorer-context.ts";
import { Term } from "../glossary/Term.tsx";
import type { TermId } from "../glossary/terms.ts";

interface Props {
  readonly trigger: ReactElement;
}

/** Settings of the world around the object: how long things take, and what the far end does. Open at once. */
export function WorldPopover({ trigger }: Props) {
  const explorer = useExplorer();
  const document = useSession((state) => state.pending ?? state.shown?.document ?? null);
  if (document === null) return null;
  const { settings, scenario } = document;
  const changes = countChanges(settings);
  const change = (more: WorldSettings): void => void explorer.setSettings({ ...settings, ...more });
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover world-popover"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="World settings"
        >
          <h2 className="heading">World settings</h2>
          <Latency
            label="A commit takes"
            value={settings.commitMs ?? scenario.world.commitMs}
            onChange={(commitMs) => change({ commitMs })}
          />
          <Latency
            label="Network, one way"
            value={settings.oneWayMs ?? scenario.world.oneWayMs}
            onChange={(oneWayMs) => change({ oneWayMs })}
          />
          <Kinds
            legend="Storage is"
            kinds={[
              ["sqlite", "local transactions"],
              ["cache", "memory before storage"],
            ]}
            value={settings.backend ?? scenario.world.backend}
            onChange={(backend) => change({ backend })}
          />
          <Kinds
            legend="Commits are"
            kinds={[
              ["replicated", "others go on meanwhile"],
              ["blocking", "nothing else happens"],
              ["bucket", "stored, then checked"],
            ]}
            value={settings.commits ?? scenario.world.commits}
            onChange={(commits) => change({ commits })}
          />
          <Kinds
            legend="connect() goes to"
            kinds={[
              ["network", "a far end over TCP"],
              ["worker", "a Worker in the same process"],
              ["throws", "nothing: it fails"],
              ["disconnected", "nothing: it is lost"],
            ]}
            value={settings.service ?? scenario.world.service}
            onChange={(service) => change({ service })}
          />
          <Peer
            value={settings.peer}
            onChange={(peer) => {
              const { peer: _, ...others } = settings;
              void explorer.setSettings(peer === undefined ? others : { ...others, peer });
            }}
          />
          <Kinds
            legend="Scheduling is"
            kinds={[
              ["strict", "KJ’s order of tasks"],
              ["relaxed", "any task may be next"],
            ]}
            value={settings.scheduling ?? scenario.world.scheduling}
            onChange={(scheduling) => change({ scheduling })}
          />
          <button
            type="button"
            className="button button-wide"
            disabled={changes === 0}
            onClick={() => void explorer.setSettings({})}
          >
            Reset to the scenario’s world
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface LatencyProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A number of milliseconds; taken over when the field is left or Enter is pressed. */
function Latency({ label, value, onChange }: LatencyProps) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft.trim() !== "" && clampLatency(Number(draft)) !== value)
      onChange(clampLatency(Number(draft)));
    setDraft(null);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="field-value">
        <input
          id={id}
          type="number"
          min={0}
          max={LATENCY_LIMIT_MS}
          step={1}
          value={draft ?? value}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === "Enter" && commit()}
        />
        ms
      </span>
    </div>
  );
}

interface KindsProps<Kind extends TermId> {
  readonly legend: string;
  /** Each with the few words that its term stands behind. */
  readonly kinds: readonly (readonly [Kind, string])[];
  readonly value: Kind;
  readonly onChange: (value: Kind) => void;
}

/** One of a few kinds, each of them a term. */
function Kinds<Kind extends TermId>({ legend, kinds, value, onChange }: KindsProps<Kind>) {
  const name = useId();
  return (
    <fieldset className="field-group">
      <legend>{legend}</legend>
      {kinds.map(([kind, note]) => (
        <div className="radio-row" key={kind}>
          <input
            id={name + kind}
            type="radio"
            name={name}
            checked={kind === value}
            onChange={() => onChange(kind)}
          />
          <label htmlFor={name + kind}>{kind}</label>
          <span className="radio-note">
            <Term id={kind}>{note}</Term>
          </span>
        </div>
      ))}
    </fieldset>
  );
}

interface PeerProps {
  readonly value: PeerId | undefined;
  readonly onChange: (value: PeerId | undefined) => void;
}

function Peer({ value, onChange }: PeerProps) {
  const id = useId();
  return (
    <div className="field field-column">
      <label htmlFor={id}>The far end</label>
      <select
        id={id}
        value={value ?? ""}
        onChange={(event) => onChange(PEER_IDS.find((peer) => peer === event.target.value))}
      >
        <option value="">does what the scenario says</option>
        {PEER_IDS.map((peer) => (
          <option key={peer} value={peer}>
            {PEERS[peer].label}
          </option>
        ))}
      </select>
    </div>
  );
}
