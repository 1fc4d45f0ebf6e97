import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Explorer } from "../../store/explorer.ts";
import type { Shown } from "../../store/shown.ts";
import { placeCursor } from "../../timeline/draw/cursor.ts";
import { highlight } from "../../timeline/draw/highlight.ts";
import { paintSvg } from "../../timeline/draw/svg.ts";
import { estimateText, type Measure } from "../../timeline/measure.ts";
import { beatAtX, layOut, type Scene, xOfBeat } from "../../timeline/scene.ts";
import { FIT_VIEW, panView, type View, zoomView } from "../../timeline/view.ts";
import { type Details, useDetails } from "../common/details.ts";
import { useExplorer, usePreferences, useShown } from "../explorer-context.ts";
import { FailureMenuSlot } from "./FailureMenuSlot.tsx";
import { LaneHeads } from "./LaneHeads.tsx";
import { markStepPainted } from "./step-marks.ts";
import { listenToSurface, opensMenu } from "./surface.ts";
import { TimelineToolbar } from "./TimelineToolbar.tsx";
import { measureIn } from "./text-measure.ts";

/** A press of a zoom button. */
const ZOOM_STEP = 1.6;
/** The cursor is kept this far from the edges when it moves out of sight. */
const MARGIN_PX = 60;

/** The picture of the run. Steps, hovering and dragging change it without React. */
export function TimelinePanel() {
  const shown = useShown();
  return (
    <section className="timeline-panel" aria-label="Timeline">
      {shown === null ? (
        <p className="timeline-empty">The first run is being made…</p>
      ) : (
        <Timeline shown={shown} />
      )}
    </section>
  );
}

function Timeline({ shown }: { readonly shown: Shown }) {
  const explorer = useExplorer();
  const surface = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const pointer = useRef({ xPx: 0, yPx: 0 });
  const [widthPx, setWidth] = useState(0);
  const [measure, setMeasure] = useState<Measure>(() => estimateText);
  const [view, setView] = useState<View>(FIT_VIEW);
  const foldedList = usePreferences((state) => state.folded);
  const { run } = shown;
  const [details, askForDetails] = useDetails(null);

  const scene = useMemo(
    () => (widthPx === 0 ? null : layOut(run, { widthPx, view, folded: new Set(foldedList), measure })),
    [run, widthPx, view, foldedList, measure],
  );
  const latest = useRef<Scene | null>(null);

  useLayoutEffect(() => {
    const element = surface.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    setWidth(Math.floor(element.clientWidth));
    setMeasure(() => measureIn(element));
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (svg.current === null || scene === null) return;
    latest.current = scene;
    paintSvg(svg.current, scene);
    placeCursor(svg.current, scene, explorer.playback.store.getState().cursor);
    light(explorer, svg.current, run, details);
  }, [scene, explorer, run, details]);

  // A new run keeps the view; where its cursor is out of sight, the view follows.
  useEffect(() => {
    const { cursor } = explorer.playback.store.getState();
    if (run.records.length > 0) setView((current) => withCursorInSight(current, latest.current, cursor));
  }, [run, explorer]);

  useEffect(
    () =>
      explorer.playback.store.subscribe(({ cursor }, before) => {
        if (cursor === before.cursor || svg.current === null || latest.current === null) return;
        placeCursor(svg.current, latest.current, cursor);
        setView((current) => withCursorInSight(current, latest.current, cursor));
        markStepPainted();
      }),
    [explorer],
  );

  useEffect(
    () =>
      explorer.selection.store.subscribe(() => {
        const now = explorer.session.store.getState().shown;
        if (svg.current !== null && now !== null) light(explorer, svg.current, now.run, details);
        // Here and not in an effect: what follows a move of the pointer goes without React.
        if (details === null && pointedAt(explorer) !== null) askForDetails();
      }),
    [explorer, details, askForDetails],
  );

  useEffect(() => {
    const element = surface.current;
    if (element === null) return undefined;
    return listenToSurface(element, {
      scrubTo: (x) => latest.current !== null && explorer.playback.moveTo(beatAtX(latest.current, x)),
      panBy: (dx) => setView((current) => panView(current, dx, element.clientWidth)),
      zoomBy: (factor, x) => setView((current) => zoomView(current, factor, x, element.clientWidth)),
      hover(record, at) {
        pointer.current = at;
        explorer.selection.hover(record);
      },
      press(index, isMenu, at) {
        const record = explorer.session.store.getState().shown?.run.records[index];
        if (record === undefined) return;
        explorer.selection.select(index);
        if (isMenu || opensMenu(record)) explorer.selection.openMenu({ record: index, ...at });
      },
    });
  }, [explorer]);

  const zoom = (factor: number): void => {
    const about =
      latest.current === null ? 0 : xOfBeat(latest.current, explorer.playback.store.getState().cursor);
    setView((current) => zoomView(current, factor, Math.min(Math.max(about, 0), widthPx), widthPx));
  };

  return (
    <>
      <TimelineToolbar
        run={run}
        isFit={view.k === FIT_VIEW.k}
        onZoomIn={() => zoom(ZOOM_STEP)}
        onZoomOut={() => zoom(1 / ZOOM_STEP)}
        onFit={() => setView(FIT_VIEW)}
      />
      <div className="timeline-scroll">
        <div className="timeline-grid" style={{ height: scene?.heightPx ?? 0 }}>
          <LaneHeads lanes={scene?.lanes ?? []} />
          {/* biome-ignore lint/a11y/useSemanticElements: it is no set of form fields. */}
          <div
            id="timeline-surface"
            className="timeline-surface"
            ref={surface}
            role="group"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows go through what happened, see onKeyDown.
            tabIndex={0}
            aria-label="Run. Left and right step; up and down go through what happened; Enter opens what can fail there."
            onKeyDown={(event) => onKeyDown(event, explorer)}
          >
            {/* biome-ignore lint/a11y/useSemanticElements: it is no set of form fields. */}
            <svg ref={svg} role="group" aria-label="Drawing of the run" />
          </div>
        </div>
      </div>
      {details !== null && <details.HoverCard pointer={pointer} />}
      <FailureMenuSlot />
    </>
  );
}

/** Up and down select beats without moving the cursor; Enter opens the menu of what is selected. */
function onKeyDown(event: KeyboardEvent<HTMLElement>, { session, playback, selection }: Explorer): void {
  const { shown } = session.store.getState();
  if (shown === null) return;
  const { selected } = selection.store.getState();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const current =
      selected === null
        ? playback.store.getState().cursor
        : shown.beats.findIndex((beat) => selected <= beat.lastRecord);
    const move = selected === null ? 0 : event.key === "ArrowDown" ? 1 : -1;
    const beat = shown.beats[Math.max(0, Math.min(shown.beats.length - 1, current + move))];
    if (beat !== undefined) selection.select(beat.main);
  } else if (
    selected !== null &&
    (event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))
  ) {
    event.preventDefault();
    const mark =
      document.querySelector(`#timeline-surface [data-record="${selected}"]`) ?? event.currentTarget;
    const { left, top, width, height } = mark.getBoundingClientRect();
    selection.openMenu({
      record: selected,
      xPx: left + Math.min(width, 24),
      yPx: top + Math.min(height, 24),
    });
  } else if (event.key === "Escape") {
    // A menu whose code is still on its way is put away first.
    if (selection.store.getState().menu !== null) selection.closeMenu();
    else selection.select(null);
  }
}

function pointedAt({ selection }: Explorer): number | null {
  const { hovered, selected } = selection.store.getState();
  return hovered ?? selected;
}

/** Lights up what is pointed at with its causes, once what finds them is there. */
function light(explorer: Explorer, svg: SVGSVGElement, run: Shown["run"], details: Details | null): void {
  const record = pointedAt(explorer);
  highlight(svg, record === null || details === null ? null : details.causesOf(run, record).records);
}

function withCursorInSight(view: View, scene: Scene | null, cursor: number): View {
  if (scene === null || view.k === FIT_VIEW.k) return view;
  const x = xOfBeat(scene, cursor);
  if (x < MARGIN_PX) return panView(view, MARGIN_PX - x, scene.widthPx);
  if (x > scene.widthPx - MARGIN_PX) return panView(view, scene.widthPx - MARGIN_PX - x, scene.widthPx);
  return view;
}
