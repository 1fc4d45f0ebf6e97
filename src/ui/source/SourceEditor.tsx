import { useEffect, useRef, useState } from "react";
import { SOURCE_LIMIT_BYTES } from "../../store/link.ts";
import type { SourceError } from "../../store/session.ts";
import { useExplorer } from "../explorer-context.ts";
import { type Editor, openEditor } from "./editor.ts";

/** A pause of this length in typing has the source checked. */
const CHECK_DELAY_MS = 400;

interface Props {
  /** What the editor begins with. */
  readonly source: string;
  /** It is not the scenario's own source, to which Revert goes back. */
  readonly isEdited: boolean;
  readonly onClose: () => void;
}

/** The handler in an editor. The picture stays that of the last source that was applied. */
export function SourceEditor({ source, isEdited, onClose }: Props) {
  const explorer = useExplorer();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const applyButton = useRef<HTMLButtonElement>(null);
  const [text, setText] = useState(source);
  const [error, setError] = useState<SourceError | null>(null);

  const show = (found: SourceError | null): void => {
    setError(found);
    editor.current?.showError(found);
  };

  const apply = async (): Promise<void> => {
    const written = editor.current?.text() ?? text;
    if (new TextEncoder().encode(written).length > SOURCE_LIMIT_BYTES) {
      show({ message: `A handler may have at most ${SOURCE_LIMIT_BYTES / 1024} kB.`, line: 1, column: 1 });
      return;
    }
    show(await explorer.setSource(written));
  };
  const applyNow = useRef(apply);
  applyNow.current = apply;

  useEffect(() => {
    if (host.current === null) return undefined;
    const opened = openEditor(host.current, source, {
      onChange: setText,
      onApply: () => void applyNow.current(),
      onLeave: () => applyButton.current?.focus(),
    });
    editor.current = opened;
    opened.focus();
    return () => {
      opened.destroy();
      editor.current = null;
    };
    // The editor owns its text from here on: another source opens another editor (see its key).
  }, [source]);

  useEffect(() => {
    if (text === source) return undefined;
    const timer = setTimeout(async () => {
      const found = await explorer.session.check(text);
      if (editor.current?.text() === text) {
        setError(found);
        editor.current.showError(found);
      }
    }, CHECK_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, source, explorer]);

  return (
    <div className="editor">
      <div className="editor-host" ref={host} />
      <div className="editor-status" role="status">
        {error === null ? (
          <span className="note">Ctrl+Enter applies. Escape leaves the text, Tab indents.</span>
        ) : (
          <span className="editor-error">
            Line {error.line}, column {error.column}: {error.message}
          </span>
        )}
      </div>
      <div className="editor-actions">
        <button
          type="button"
          className="button button-primary"
          ref={applyButton}
          onClick={() => void apply()}
        >
          Apply
        </button>
        <button
          type="button"
          className="button"
          disabled={!isEdited && text === source}
          title="Back to the scenario’s own handler"
          onClick={() => {
            void explorer.revertSource();
            onClose();
          }}
        >
          Revert
        </button>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  );
}
