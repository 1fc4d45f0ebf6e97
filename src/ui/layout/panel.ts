/** What stands beside the timeline: the moment under the cursor, or the check of all orders. */
export type PanelId = "run" | "check";
