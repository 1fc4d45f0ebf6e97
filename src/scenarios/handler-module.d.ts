/** What scripts/vite-plugin-handler.ts makes of a built-in handler. */
declare module "*?handler" {
  const handler: {
    readonly source: string;
    readonly load: () => Promise<import("../handler/program.ts").CompiledHandler>;
  };
  export default handler;
}
