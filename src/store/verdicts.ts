/*
 * Properties of the run up to the cursor, by their meaning.
 */
import type { Property } from "../model/properties/property.ts";
import { violationIn } from "../model/properties/shown-violation.ts";
import type { RunRecord } from "../model/records.ts";

/** What a list of verdicts needs to know of a property. */
export type Listed = Pick<Property, "name" | "kind" | "meaning" | "byOrderingOnly" | "reached"> & {
  readonly id: string;
};

/** What the run says of a property so far. */
export interface Verdict {
  readonly property: Listed;
  /** `unreached`: nothing that it speaks about has happened yet. */
  readonly status: "holds" | "violated" | "unreached";
  /** The first record that violates it, or null while none does. */
  readonly violation: RunRecord | null;
}

/** Where in a run a property is first spoken about, and first violated: indexes of records, or none. */
interface Marks {
  readonly property: Listed;
  readonly reached: number;
  readonly violated: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const marked = new WeakMap<
  readonly RunRecord[],
  { readonly of: readonly Listed[]; readonly marks: readonly Marks[] }
>();

/** The verdicts on what has happened before `endRecord`. A violated property that is not among `properties` joins them. */
export function verdictsAt(
  properties: readonly Listed[],
  records: readonly RunRecord[],
  endRecord: number,
): readonly Verdict[] {
  const known = marked.get(records);
  const marks = known?.of === properties ? known.marks : marksOf(properties, records);
  if (known?.of !== properties) marked.set(records, { of: properties, marks });
  return marks
    .filter(({ property, violated }) => violated < endRecord || properties.includes(property))
    .map(({ property, reached, violated }) =>
      violated < endRecord
        ? { property, status: "violated", violation: records[violated] ?? null }
        : { property, status: reached < endRecord ? "holds" : "unreached", violation: null },
    );
}

function marksOf(properties: readonly Listed[], records: readonly RunRecord[]): readonly Marks[] {
  const violated = new Map<string, number>();
  records.forEach((record, index) => {
    const found = violationIn(record);
    if (found !== null && !violated.has(found.property)) violated.set(found.property, index);
  });
  const others = [...violated].filter(([id]) => properties.every((property) => property.id !== id));
  return [...properties, ...others.map(([id, index]) => unlisted(id, records[index]))].map((property) => {
    const reached = records.findIndex((record) => property.reached(record));
    return {
      property,
      reached: reached < 0 ? NEVER : reached,
      violated: violated.get(property.id) ?? NEVER,
    };
  });
}

function unlisted(id: string, record: RunRecord | undefined): Listed {
  const [name, meaning] = record?.kind === "violation" ? [record.title, record.text] : [id, ""];
  return { id, name, kind: "always", meaning, reached: () => true };
}
