import { useState } from "react";
import { IconButton } from "../common/IconButton.tsx";
import { useSession } from "../explorer-context.ts";
import { Console } from "./Console.tsx";
import { SourceEditor } from "./SourceEditor.tsx";
import { SourceView } from "./SourceView.tsx";

/** The handler: its source beside what it logs. */
export function SourcePanel() {
  const shown = useSession((state) => state.shown);
  const [isEditing, setEditing] = useState(false);
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
              onClick={() => setEditing(true)}
            />
          )}
        </div>
        {shown === null && <p className="empty">Loading the handler…</p>}
        {shown !== null && !isEditing && <SourceView source={shown.source} tokens={shown.tokens} />}
        {shown !== null && isEditing && (
          <SourceEditor
            key={shown.document.scenario.id}
            source={shown.source}
            original={shown.document.scenario.source}
            onClose={() => setEditing(false)}
          />
        )}
      </section>
      <Console />
    </div>
  );
}
