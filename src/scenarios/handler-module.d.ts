/** What scripts/vite-plugin-handler.ts makes of a built-in handler. */
declare module "*?handler" {
  const handler: {
    readonly source: string;
    readonly program: import("../handler/program.ts").Program;
  };
  export default handler;
}
