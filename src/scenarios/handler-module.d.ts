/** What scripts/vite-plugin-handler.ts makes of a built-in handler. */
declare module "*?handler" {
  const handler: {
    readonly load: () => Promise<import("./scenario.ts").BuiltInHandler>;
  };
  export default handler;
}
