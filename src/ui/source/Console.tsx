import { consoleLines } from "../../store/line-marks.ts";
import { timeText } from "../../timeline/words.ts";
import { CopyButton } from "../common/CopyButton.tsx";
import { useMoment } from "../explorer-context.ts";

/** What the handler has logged up to the cursor. */
export function Console() {
  const moment = useMoment();
  const lines = (moment === null ? [] : consoleLines(moment.shown.run.records, moment.endRecord)).flatMap(
    (record) => (record.kind === "log" ? [record] : []),
  );
  return (
    <section className="panel-section console" aria-labelledby="console-heading">
      <div className="heading-row">
        <h2 className="heading" id="console-heading">
          Console
        </h2>
        {lines.length > 0 && (
          <CopyButton label="Copy the console" content={() => lines.map((line) => line.text).join("\n")} />
        )}
      </div>
      {lines.length === 0 ? (
        <p className="empty">Nothing logged yet.</p>
      ) : (
        <ol className="console-lines">
          {lines.map((line) => (
            <li key={line.index}>
              <span className="console-time">{timeText(line.at)}</span>
              <span className="console-text">{line.text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
