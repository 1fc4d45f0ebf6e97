import { useDetails } from "../common/details.ts";
import { IconButton } from "../common/IconButton.tsx";
import { useExplorer, useSelection, useShown } from "../explorer-context.ts";

/** What is selected, once it can be told about. */
export function Inspector() {
  const shown = useShown();
  const { selection } = useExplorer();
  const selected = useSelection((state) => state.selected);
  const [details] = useDetails(selected);
  const record = selected === null ? undefined : shown?.run.records[selected];
  return (
    <section className="panel-section" aria-labelledby="selected-heading">
      <div className="heading-row">
        <h2 className="heading" id="selected-heading">
          Selected
        </h2>
        {record !== undefined && (
          <IconButton
            icon="close"
            label="Clear the selection"
            className="button-quiet"
            onClick={() => selection.select(null)}
          />
        )}
      </div>
      {shown === null || record === undefined || details === null ? (
        <p className="empty">Select something in the timeline to see its facts and its causes.</p>
      ) : (
        <details.RecordView shown={shown} record={record} />
      )}
    </section>
  );
}
