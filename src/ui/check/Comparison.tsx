import { Dialog } from "radix-ui";
import { useState } from "react";
import type { Shown } from "../../store/shown.ts";
import { IconButton } from "../common/IconButton.tsx";
import { DesignMatrix } from "./DesignMatrix.tsx";

/** The way to the table of all designs. */
export function Comparison({ shown }: { readonly shown: Shown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="panel-section" aria-labelledby="comparison-heading">
      <h2 className="heading" id="comparison-heading">
        All designs
      </h2>
      <p className="check-intro">The same handler, world and failures under each of the six designs.</p>
      <Dialog.Root open={isOpen} onOpenChange={setOpen}>
        <Dialog.Trigger asChild>
          <button type="button" className="button button-wide">
            Compare the designs
          </button>
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="overlay" />
          <Dialog.Content className="dialog matrix-dialog" aria-describedby={undefined}>
            <div className="heading-row">
              <Dialog.Title className="dialog-title">Designs compared</Dialog.Title>
              <Dialog.Close asChild>
                <IconButton icon="close" label="Close" className="button-quiet" />
              </Dialog.Close>
            </div>
            <DesignMatrix shown={shown} onOpened={() => setOpen(false)} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </section>
  );
}
