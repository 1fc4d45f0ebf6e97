import type { Both } from "../../check/difference.ts";
import type { Story } from "../../check/report.ts";
import { designLabel } from "../../store/designs.ts";
import { differenceAsText, onlyUnder } from "../../store/difference-text.ts";
import type { Compared } from "../../store/differences.ts";
import { linesBeside } from "../../store/outcomes.ts";
import { CopyButton } from "../common/CopyButton.tsx";
import { useExplorer } from "../explorer-context.ts";
import { Lines } from "./Lines.tsx";

/** The choices that tell two designs apart, and what the world outside sees with each. */
export function DifferenceFound({ compared }: { readonly compared: Compared }) {
  const { report, designs } = compared;
  if (report.type !== "differs") return null;
  return (
    <div className="difference">
      <div className="difference-head">
        <h3 className="subheading">Choices</h3>
        <CopyButton
          label="Copy the difference as text"
          text="Copy"
          content={() => differenceAsText(designs, report)}
        />
      </div>
      <ol className="difference-choices">
        {report.choices.map(({ key, title, taken }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be chosen twice, and the list never changes.
          <li key={`${index} ${key}`}>
            {title}
            {onlyUnder(designs, taken)}
          </li>
        ))}
      </ol>
      {([0, 1] as const).map((side) => (
        <Side key={side} side={side} compared={compared} seen={report.seen} />
      ))}
    </div>
  );
}

interface SideProps {
  readonly side: 0 | 1;
  readonly compared: Compared;
  readonly seen: Both<readonly Story[]>;
}

function Side({ side, compared, seen }: SideProps) {
  const explorer = useExplorer();
  const { designs, document, report } = compared;
  if (report.type !== "differs") return null;
  const design = designs[side];
  const label = designLabel(design);
  const possible = report.possible[side];
  const lines = linesBeside(seen[side], seen[(1 - side) as 0 | 1], "nothing");
  return (
    <div className="outcome">
      <div className="outcome-head">
        <h3 className="outcome-count">{label}</h3>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Open these choices under ${label}`}
          onClick={() =>
            void explorer.openOrder({
              document,
              design,
              choices: report.choicesOf[side],
              property: null,
              label: "Where two designs differ",
            })
          }
        >
          Open
        </button>
      </div>
      <Lines lines={lines} />
      {possible.length > 0 && (
        <p className="difference-next">
          Only here can follow: <strong>{possible.map(({ title }) => title).join("; ")}</strong>
        </p>
      )}
    </div>
  );
}
