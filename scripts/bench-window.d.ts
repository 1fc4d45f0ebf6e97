/** What the benchmark leaves in the page while it measures. */
interface Window {
  gatescopeBench: {
    readonly steps: { readonly paintMs: number; readonly workMs: number }[];
    readonly frames: number[];
    onStep: () => void;
  };
}
