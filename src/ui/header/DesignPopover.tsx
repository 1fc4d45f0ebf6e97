import { Popover } from "radix-ui";
import { type ReactElement, useId } from "react";
import type { DesignChoice } from "../../model/setup.ts";
import { DESIGNS, designChoice, type SwitchInfo } from "../../store/designs.ts";
import { Icon } from "../common/Icon.tsx";
import { useExplorer, useSession } from "../explorer-context.ts";

interface Props {
  readonly trigger: ReactElement;
}

/** All designs, each with one sentence, and the switches of the one that is chosen. Open at once; it stays open, to compare. */
export function DesignPopover({ trigger }: Props) {
  const explorer = useExplorer();
  const design = useSession((state) => (state.pending ?? state.shown?.document)?.design ?? null);
  if (design === null) return null;
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover design-popover"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Design"
        >
          <div role="radiogroup" aria-label="Designs">
            {DESIGNS.map(({ id, label, sentence, switches }) => (
              <div key={id} className="design-item">
                {/* Each design is a tab stop: the arrows step through the run, here as everywhere. */}
                {/* biome-ignore lint/a11y/useSemanticElements: the arrows would move a native radio button. */}
                <button
                  type="button"
                  role="radio"
                  aria-checked={id === design.id}
                  aria-label={label}
                  className="menu-item design-choice"
                  onClick={() => id !== design.id && void explorer.setDesign(designChoice(id))}
                >
                  <span className="menu-mark">{id === design.id && <Icon name="check" />}</span>
                  <span>
                    <span className="menu-title">{label}</span>
                    <span className="menu-detail">{sentence}</span>
                  </span>
                </button>
                {id === design.id &&
                  switches.map((info) => <Switch key={info.id} info={info} design={design} />)}
              </div>
            ))}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface SwitchProps {
  readonly info: SwitchInfo;
  readonly design: DesignChoice;
}

/** One switch of the chosen design. */
function Switch({ info, design }: SwitchProps) {
  const explorer = useExplorer();
  const id = useId();
  const isOn = designChoice(design.id, design)[info.id] ?? false;
  return (
    <div className="switch-row">
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={isOn}
        aria-checked={isOn}
        aria-describedby={`${id}-says`}
        onChange={(event) =>
          void explorer.setDesign(designChoice(design.id, { ...design, [info.id]: event.target.checked }))
        }
      />
      <span>
        <label htmlFor={id}>{info.label}</label>
        <span id={`${id}-says`} className="menu-detail">
          {info.sentence}
        </span>
      </span>
    </div>
  );
}
