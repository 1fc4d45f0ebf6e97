import type { CSSProperties } from "react";
import { SPEEDS, type Speed } from "../../store/playback.ts";
import { timeText } from "../../timeline/words.ts";
import { IconButton } from "../common/IconButton.tsx";
import { useExplorer, usePlayback, useShown } from "../explorer-context.ts";
import { UntilButton } from "../until/UntilButton.tsx";
import { Narration } from "./Narration.tsx";

/** The bar at the bottom: what has just happened, and moving through the run. */
export function Transport() {
  return (
    <section className="transport" aria-label="Transport">
      <Narration />
      <Controls />
      <UntilButton />
      <Scrubber />
      <Position />
    </section>
  );
}

function Controls() {
  const { playback } = useExplorer();
  const isPlaying = usePlayback((state) => state.playing);
  const isAtStart = usePlayback((state) => state.cursor < 0);
  const isAtEnd = usePlayback((state) => state.cursor >= state.count - 1);
  return (
    <div className="controls">
      <IconButton
        icon="to-start"
        label="To the start"
        shortcut="Home"
        disabled={isAtStart}
        onClick={playback.toStart}
      />
      <IconButton
        icon="back"
        label="Step back"
        shortcut="←"
        disabled={isAtStart}
        onClick={() => playback.moveBy(-1)}
      />
      <IconButton
        icon={isPlaying ? "pause" : "play"}
        label={isPlaying ? "Pause" : "Play"}
        shortcut="Space"
        className="button-primary"
        onClick={playback.toggle}
      />
      <IconButton
        icon="forward"
        label="Step forward"
        shortcut="→"
        disabled={isAtEnd}
        onClick={() => playback.moveBy(1)}
      />
      <IconButton
        icon="to-end"
        label="To the end"
        shortcut="End"
        disabled={isAtEnd}
        onClick={playback.toEnd}
      />
    </div>
  );
}

function Scrubber() {
  const { playback } = useExplorer();
  const cursor = usePlayback((state) => state.cursor);
  const count = usePlayback((state) => state.count);
  const share = count === 0 ? 0 : ((cursor + 1) / count) * 100;
  return (
    <input
      type="range"
      className="scrubber"
      aria-label="Position in the run"
      aria-valuetext={`step ${cursor + 1} of ${count}`}
      min={0}
      max={count}
      step={1}
      value={cursor + 1}
      style={{ "--share": `${share}%` } as CSSProperties}
      onChange={(event) => playback.moveTo(Number(event.target.value) - 1)}
    />
  );
}

function Position() {
  const { playback } = useExplorer();
  const shown = useShown();
  const cursor = usePlayback((state) => state.cursor);
  const count = usePlayback((state) => state.count);
  const speed = usePlayback((state) => state.speed);
  return (
    <div className="position">
      <span>
        step {cursor + 1} of {count}
      </span>
      <span className="position-second">
        {timeText(shown?.beats[cursor]?.at ?? 0)}
        <select
          aria-label="Speed"
          value={speed}
          onChange={(event) =>
            playback.setSpeed(
              SPEEDS.find((each) => String(each) === event.target.value) ?? (1 satisfies Speed),
            )
          }
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
