import { type ReactNode, useId } from "react";
import type { Property } from "../../model/properties/property.ts";
import { HAPPENINGS } from "../../run/happenings.ts";
import { STATUSES, type StatusOf } from "../../run/statuses.ts";
import type { Condition } from "../../run/until.ts";
import type { Shown } from "../../store/shown.ts";
import {
  ANY,
  happeningOf,
  SUBJECTS,
  type Thing,
  thingsAbout,
  thingsOf,
  VERDICTS,
} from "./condition-words.ts";

interface Props<Type extends Condition["type"] = Condition["type"]> {
  readonly shown: Shown;
  readonly condition: Extract<Condition, { readonly type: Type }>;
  readonly onChange: (condition: Condition) => void;
}

/** What a condition of each type begins as. */
const FIRST: Readonly<Record<Condition["type"], Condition>> = {
  happens: { type: "happens", what: "commit-durable", which: null },
  becomes: { type: "becomes", of: "gate", is: "locked", which: null },
  property: { type: "property", property: null, verdict: "violated" },
};

const TYPES: readonly (readonly [Condition["type"], string])[] = [
  ["happens", "something happens"],
  ["becomes", "a state"],
  ["property", "a property"],
];

/** Chooses a condition out of what there is in a run. */
export function ConditionFields({ shown, condition, onChange }: Props) {
  const name = useId();
  return (
    <>
      <fieldset className="until-types">
        <legend className="visually-hidden">Kind of condition</legend>
        {TYPES.map(([type, label]) => (
          <label key={type}>
            <input
              type="radio"
              name={name}
              className="visually-hidden"
              checked={condition.type === type}
              onChange={() => onChange(FIRST[type])}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {condition.type === "happens" && <Happens shown={shown} condition={condition} onChange={onChange} />}
      {condition.type === "becomes" && <Becomes shown={shown} condition={condition} onChange={onChange} />}
      {condition.type === "property" && <Says shown={shown} condition={condition} onChange={onChange} />}
    </>
  );
}

function Happens({ shown, condition, onChange }: Props<"happens">) {
  const { about } = happeningOf(condition.what);
  const groups = [...new Set(HAPPENINGS.map(({ group }) => group))];
  return (
    <div className="until-fields">
      <Choose
        label="What"
        value={condition.what}
        onChange={(what) => onChange({ ...condition, what, which: null })}
        isFirst
      >
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {HAPPENINGS.filter((happening) => happening.group === group).map(({ id, clause }) => (
              <option key={id} value={id}>
                {clause}
              </option>
            ))}
          </optgroup>
        ))}
      </Choose>
      <Which
        label="Which"
        any={ANY[about]}
        things={thingsAbout(shown.run, about)}
        value={condition.which}
        onChange={(which) => onChange({ ...condition, which })}
      />
    </div>
  );
}

function Becomes({ shown, condition, onChange }: Props<"becomes">) {
  const { of, which } = condition;
  const statuses = STATUSES.filter((status) => status.of === of);
  const subjects = Object.entries(SUBJECTS) as [StatusOf, string][];
  const choose = (next: StatusOf): void =>
    onChange({
      type: "becomes",
      of: next,
      is: STATUSES.find((one) => one.of === next)?.id ?? "",
      which: null,
    });
  return (
    <div className="until-fields">
      <Choose label="Of what" value={of} onChange={(next) => choose(next as StatusOf)} isFirst>
        {subjects.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Choose>
      <Which
        label="Which"
        any={of === "connection" ? ANY.connection : ANY.object}
        things={thingsOf(shown.run, of)}
        value={which}
        onChange={(next) => onChange({ ...condition, which: next })}
      />
      <Choose label="State" value={condition.is} onChange={(is) => onChange({ ...condition, is })}>
        {statuses.map(({ id, words }) => (
          <option key={id} value={id}>
            is {words}
          </option>
        ))}
      </Choose>
    </div>
  );
}

function Says({ shown, condition, onChange }: Props<"property">) {
  const { properties } = shown;
  const { property, verdict } = condition;
  const verdicts = verdictsOf(properties.find(({ id }) => id === property));
  const choose = (id: string): void => {
    const next = properties.find((one) => one.id === id);
    const possible = verdictsOf(next);
    onChange({
      type: "property",
      property: next?.id ?? null,
      verdict: possible.includes(verdict) ? verdict : possible[0],
    });
  };
  return (
    <div className="until-fields">
      <Choose label="Property" value={property ?? ""} onChange={choose} isFirst>
        <option value="">any property</option>
        {properties.map(({ id, name }) => (
          <option key={id} value={id}>
            {id} {name}
          </option>
        ))}
      </Choose>
      <Choose
        label="Verdict"
        value={verdict}
        onChange={(next) => {
          const chosen = verdicts.find((one) => one === next);
          if (chosen !== undefined) onChange({ ...condition, verdict: chosen });
        }}
      >
        {verdicts.map((one) => (
          <option key={one} value={one}>
            {VERDICTS[one]}
          </option>
        ))}
      </Choose>
    </div>
  );
}

type Verdict = keyof typeof VERDICTS;

/** A lint warns and violates nothing; of any property, to be judged says little. */
function verdictsOf(property: Property | undefined): readonly [Verdict, Verdict] {
  if (property === undefined) return ["violated", "warned"];
  return property.kind === "lint" ? ["warned", "judged"] : ["violated", "judged"];
}

interface ChooseProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
  /** It gets the focus when the popover opens. */
  readonly isFirst?: boolean;
}

function Choose({ label, value, onChange, children, isFirst }: ChooseProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        data-first={isFirst === true ? "" : undefined}
      >
        {children}
      </select>
    </>
  );
}

interface WhichProps {
  readonly label: string;
  readonly any: string;
  readonly things: readonly Thing[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** Narrows a condition down, where there is more than one thing. What was chosen in another run stays chosen. */
function Which({ label, any, things, value, onChange }: WhichProps) {
  if (things.length < 2 && value === null) return null;
  const all =
    value === null || things.some(({ id }) => id === value)
      ? things
      : [...things, { id: value, name: value }];
  return (
    <Choose label={label} value={value ?? ""} onChange={(id) => onChange(id === "" ? null : id)}>
      <option value="">{any}</option>
      {all.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Choose>
  );
}
