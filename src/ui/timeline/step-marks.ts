/** The name of the mark that is set once a step's frame is on the screen. */
export const STEP_PAINTED = "gatescope:step-painted";

/** Sets the mark after the frame in which what has just changed is painted. */
export function markStepPainted(): void {
  requestAnimationFrame(() => {
    // A message is handled after the frame that this callback belongs to.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      performance.mark(STEP_PAINTED);
      port1.close();
    };
    port2.postMessage(null);
  });
}
