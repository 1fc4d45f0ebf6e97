/** What the benchmark leaves in the page while it measures. */
interface Window {
  gatescopeBench: {
    readonly steps: { readonly paintMs: number; readonly workMs: number }[];
    readonly frames: number[];
    onStep: () => void;
  };
}

/** Of a page that is isolated from others: counted behind the next collection of garbage. */
interface Performance {
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
}
