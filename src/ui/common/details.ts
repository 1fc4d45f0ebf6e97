/*
 * What is told about a thing that is pointed at or selected: none of it is in the first picture. It is fetched with the
 * reader's first move, so that it is there when the first mark is reached.
 */
import { useEffect } from "react";
import { loadTermCard } from "../glossary/Term.tsx";
import { fetchAhead, useLazy } from "./use-lazy.ts";

const loadDetails = async () => {
  const [{ RecordView }, { HoverCard }, { causesOf }] = await Promise.all([
    import("../side/RecordView.tsx"),
    import("../timeline/HoverCard.tsx"),
    import("../../timeline/causality.ts"),
  ]);
  return { RecordView, HoverCard, causesOf };
};

/** What tells about records. */
export type Details = Awaited<ReturnType<typeof loadDetails>>;

/** What tells about records, asked for as soon as there is a record, and the function that asks for it. */
export function useDetails(record: number | null): readonly [Details | null, () => void] {
  const [details, ask] = useLazy(loadDetails);
  useEffect(() => {
    if (record !== null) ask();
  }, [record, ask]);
  return [details, ask];
}

const FIRST_MOVES = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

/** Fetches what explains things with the reader's first move. */
export function useDetailsAhead(): void {
  useEffect(() => {
    const listening = new AbortController();
    const onMove = (): void => {
      listening.abort();
      fetchAhead(loadDetails);
      fetchAhead(loadTermCard);
    };
    for (const move of FIRST_MOVES)
      addEventListener(move, onMove, { capture: true, passive: true, signal: listening.signal });
    return () => listening.abort();
  }, []);
}
