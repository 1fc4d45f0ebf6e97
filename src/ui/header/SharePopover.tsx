import { Popover } from "radix-ui";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { copyText } from "../common/clipboard.ts";
import { useExplorer } from "../explorer-context.ts";

type Shared = { readonly address: string; readonly wasCopied: boolean };

interface Props {
  readonly trigger: ReactElement;
}

/** Copies a link to this very moment, and shows it for copying by hand. Open at once. */
export function SharePopover({ trigger }: Props) {
  const explorer = useExplorer();
  const [shared, setShared] = useState<Shared | null>(null);

  const share = async (): Promise<void> => {
    const link = explorer.link();
    if (link === null) return;
    const address = `${location.href.replace(/#.*$/, "")}#${link}`;
    setShared({ address, wasCopied: await copyText(address) });
  };

  const shareNow = useRef(share);
  shareNow.current = share;
  // It opens with its first rendering, which is no change of being open.
  useEffect(() => void shareNow.current(), []);

  return (
    <Popover.Root defaultOpen onOpenChange={(isOpen) => (isOpen ? void share() : setShared(null))}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover share-popover"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Share"
        >
          <p role="status" className="share-says">
            {shared === null && "Making a link…"}
            {shared?.wasCopied === true && "Link copied. It opens at this very step."}
            {shared?.wasCopied === false &&
              "The browser did not allow copying. Here is the link to this very step:"}
          </p>
          {shared !== null && (
            <input
              className="share-link"
              readOnly
              aria-label="Link to this step"
              value={shared.address}
              onFocus={(event) => event.target.select()}
            />
          )}
          <p className="note">
            The link holds the handler, the design, the world, and every choice. Nothing is sent anywhere.
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
