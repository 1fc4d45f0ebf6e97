import { useState } from "react";
import { IconButton } from "../common/IconButton.tsx";
import { useLazy } from "../common/use-lazy.ts";
import { useSession } from "../explorer-context.ts";
import { Console } from "./Console.tsx";
import { SourceView } from "./SourceView.tsx";

const loadEditor = async () => (await import("./SourceEditor.tsx")).SourceEditor;

/** The handler: its source beside what it logs. */
export function SourcePanel() {
  const shown = useSession((state) => state.shown);
  const [isWanted, setWanted] = useState(false);
  const [SourceEditor, ask] = useLazy(
    loadEditor,
    "The editor could not be loaded. Check the connection and try again.",
  );
  // Until the editor is there the handler stays in view.
  const isEditing = isWanted && SourceEditor !== null;
  return (
    <div className="source-panel">
      <section className="panel-section source-section" aria-labelledby="handler-heading">
        <div className="heading-row">
          <h2 className="heading" id="handler-heading">
            Handler
            {shown?.document.source != null && <span className="badge">edited</span>}
          </h2>
          {!isEditing && (
            <IconButton
              icon="edit"
              label="Edit the handler"
              text="Edit"
              className="button-quiet"
              disabled={shown === null}
              onClick={() => {
                ask();
                setWanted(true);
              }}
            />
          )}
        </div>
        {shown === null && <p className="empty">Loading the handler…</p>}
        {shown !== null && !isEditing && <SourceView source={shown.source} tokens={shown.tokens} />}
        {shown !== null && isEditing && (
          <SourceEditor
            key={shown.document.scenario.id}
            source={shown.source}
            isEdited={shown.document.source !== null}
            onClose={() => setWanted(false)}
          />
        )}
      </section>
      <Console />
    </div>
  );
}
