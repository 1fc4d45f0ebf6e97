import { Dialog } from "radix-ui";
import { IconButton } from "../common/IconButton.tsx";
import { TERMS } from "../glossary/terms.ts";

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["←", "→"], "step back, step forward"],
  [["Space"], "play, pause"],
  [["Home", "End"], "to the start, to the end"],
  [["1", "…", "9"], "take one of the choices under “What can happen next”"],
  [["F"], "make something fail"],
  [["U"], "run until something happens: Enter forward, Shift+Enter backward"],
  [["C"], "check every order, or back to the run"],
  [["+", "−", "0"], "zoom in, zoom out, fit the whole run"],
  [["Ctrl+Z"], "undo what you did"],
  [["Ctrl+Shift+Z"], "do it again"],
  [["↑", "↓"], "in the timeline: go through what happened"],
  [["Enter"], "in the timeline: what can fail there"],
  [["Ctrl+Enter"], "in the editor: apply"],
  [["?"], "this page"],
];

interface Props {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** How to read the picture, the keys, and the field's words. */
export function HelpDialog({ isOpen, onOpenChange }: Props) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <div className="heading-row">
            <Dialog.Title className="dialog-title">Help</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon="close" label="Close" className="button-quiet" />
            </Dialog.Close>
          </div>
          <section aria-labelledby="reading-heading">
            <h3 className="heading" id="reading-heading">
              Reading the picture
            </h3>
            <p>
              Data flows from the handler at the top to the outside world at the bottom. Between them runs the
              output gate: while it is locked its band is solid, and what is held rests on it. When it opens,
              the outputs cross. When it breaks, the band is red and what it held is struck out. An output
              that crosses a locked band is a leak. What lies right of the cursor is the future of this run,
              drawn faint.
            </p>
            <p>
              Drag the cursor, or step. Click a commit or a connection to make it fail. Hold Shift and drag to
              move the picture, hold Ctrl and turn the wheel to zoom.
            </p>
          </section>
          <section aria-labelledby="keys-heading">
            <h3 className="heading" id="keys-heading">
              Keys
            </h3>
            <dl className="shortcuts">
              {SHORTCUTS.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    {keys.map((key) => (key === "…" ? <span key={key}>…</span> : <kbd key={key}>{key}</kbd>))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section aria-labelledby="words-heading">
            <h3 className="heading" id="words-heading">
              Words
            </h3>
            <dl className="glossary">
              {Object.entries(TERMS).map(([id, { title, meaning }]) => (
                <div key={id}>
                  <dt>{title}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
