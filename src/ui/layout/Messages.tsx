import { IconButton } from "../common/IconButton.tsx";
import { useExplorer, useSession } from "../explorer-context.ts";

/** What went wrong, and what was done differently from what was asked. Each is one sentence and can be put away. */
export function Messages() {
  const { session } = useExplorer();
  const problem = useSession((state) => state.problem);
  const notice = useSession((state) => state.notice);
  return (
    <div className="messages">
      <div role="alert">
        {problem !== null && (
          <p className="message message-problem">
            <span>{problem}</span>
            <IconButton
              icon="close"
              label="Dismiss"
              className="button-quiet"
              onClick={() => session.setProblem(null)}
            />
          </p>
        )}
      </div>
      <div role="status">
        {notice !== null && (
          <p className="message message-notice">
            <span>{notice}</span>
            <IconButton
              icon="close"
              label="Dismiss"
              className="button-quiet"
              onClick={() => session.setNotice(null)}
            />
          </p>
        )}
      </div>
    </div>
  );
}
