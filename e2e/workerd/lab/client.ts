/* The HTTP client: one request on a connection of its own, or what became of it. */
import http from "node:http";

/** What the client got. */
export type Answer =
  | { readonly status: number; readonly body: string }
  | { readonly error: string; readonly body?: string };

/** What happens on the way. */
export interface RequestEvents {
  readonly onResponse?: (status: number) => void;
  readonly onBody?: (text: string) => void;
  readonly onBodyEnd?: () => void;
  readonly onBodyError?: (code: string) => void;
  readonly onTimeout?: () => void;
  readonly onError?: (code: string) => void;
  /** When it is resolved the client goes away. */
  readonly hangUp?: Promise<void>;
  readonly onHangUp?: () => void;
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;

/** Requests a path of the Worker. */
export function get(
  port: number,
  path: string,
  timeoutMs: number,
  events: RequestEvents = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path, timeout: timeoutMs, agent: false };
    const request = http.get(options, (response) => {
      const status = response.statusCode ?? 0;
      let body = "";
      events.onResponse?.(status);
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
        events.onBody?.(text);
      });
      response.on("end", () => {
        events.onBodyEnd?.();
        resolve({ status, body });
      });
      response.on("error", (error) => {
        events.onBodyError?.(codeOf(error));
        resolve({ error: codeOf(error), body });
      });
    });
    void events.hangUp?.then(() => {
      if (request.destroyed) return;
      events.onHangUp?.();
      request.destroy();
    });
    request.on("timeout", () => {
      events.onTimeout?.();
      resolve({ error: "timeout" });
      request.destroy();
    });
    request.on("error", (error) => {
      events.onError?.(codeOf(error));
      resolve({ error: codeOf(error) });
    });
  });
}

/** An answer as it is recorded. */
export function cleanAnswer(answer: Answer | undefined, clean: (text: string) => string): Answer {
  if (answer === undefined) return { error: "no answer" };
  return "status" in answer ? { status: answer.status, body: clean(answer.body) } : answer;
}

/** The path that makes several requests in one turn, or a request's own. */
export const pathOf = (request: string | readonly string[]): string =>
  typeof request === "string" ? request : `/ALL?${request.join("&")}`;

/** The answers to `request`: one, or one for each of a group. */
export function splitAnswer(request: string | readonly string[], answer: Answer): readonly Answer[] {
  if (typeof request === "string" || !("status" in answer) || answer.status !== 200) return [answer];
  const answers: Answer[] = JSON.parse(answer.body);
  return answers;
}
