import { useEffect, useState } from "react";
import { copyText } from "./clipboard.ts";
import { IconButton } from "./IconButton.tsx";

const TOLD_MS = 2_500;

interface Props {
  readonly label: string;
  /** Text beside the icon; none for an icon alone. */
  readonly text?: string;
  /** Made only when it is copied. */
  readonly content: () => string;
}

/** Copies something, and says whether that worked. */
export function CopyButton({ label, text, content }: Props) {
  const [told, setTold] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (told === null) return undefined;
    const timer = setTimeout(() => setTold(null), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const says = told === "copied" ? "Copied" : told === "failed" ? "Copying was refused" : null;
  return (
    <>
      <IconButton
        icon={told === "copied" ? "check" : "copy"}
        label={label}
        className="button-quiet"
        {...(text !== undefined && { text: says ?? text })}
        onClick={async () => setTold((await copyText(content())) ? "copied" : "failed")}
      />
      <span role="status" className="visually-hidden">
        {says}
      </span>
    </>
  );
}
