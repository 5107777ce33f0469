import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { WaveData } from "../protocol.ts";
import { draw, labelWidth, type Row, type Scene } from "./draw.ts";
import { changesOf, type Radix, radixes, valueText } from "./text.ts";

/** Pixels of a cycle below which a wave of all cycles shows no values, and those it then begins with. */
const [legible, readable] = [5, 40];

/** A wave: zoom, pan, two cursors, a radix, a search. */
export function WaveView({
  wave,
  selected,
}: {
  readonly wave: WaveData;
  readonly selected: string | undefined;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState({ from: 0, scale: 24 });
  const [radix, setRadix] = useState<Radix>("decimal");
  const [search, setSearch] = useState("");
  const [cursors, setCursors] = useState<readonly [number | undefined, number | undefined]>([
    0,
    undefined,
  ]);
  const [size, setSize] = useState(0);
  const all = useMemo(
    () => wave.traces.map((trace): Row => ({ ...trace, changes: changesOf(trace, wave.cycles) })),
    [wave],
  );
  const rows = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const scene: Scene = { rows, cycles: wave.cycles, ...view, radix, cursors, selected };

  useEffect(() => {
    if (canvas.current) draw(canvas.current, scene);
  });
  useEffect(() => {
    const observer = new ResizeObserver(() => setSize((n) => n + 1));
    if (canvas.current) observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  // A new wave of as many cycles keeps the view: it is the same one, after an edit.
  useEffect(() => {
    const whole = room() / wave.cycles;
    move(0, whole < legible ? readable : whole);
    setCursors([0, undefined]);
  }, [wave.cycles]);

  const room = (): number => Math.max(50, (canvas.current?.clientWidth ?? 600) - labelWidth);
  const minimum = (): number => Math.min(24, room() / wave.cycles);
  const move = (from: number, scale: number): void => {
    const limited = Math.min(120, Math.max(minimum(), scale));
    const end = Math.max(0, wave.cycles - room() / limited);
    setView({ from: Math.min(end, Math.max(0, from)), scale: limited });
  };
  const zoom = (factor: number, about = room() / 2): void => {
    const cycle = view.from + about / view.scale;
    const scale = Math.min(120, Math.max(minimum(), view.scale * factor));
    move(cycle - about / scale, scale);
  };
  function fit(): void {
    move(0, room() / wave.cycles);
  }
  const cycleAt = (event: { readonly offsetX: number }): number =>
    Math.min(
      wave.cycles - 1,
      Math.max(0, Math.floor(view.from + (event.offsetX - labelWidth) / view.scale)),
    );
  const place = (cycle: number, second: boolean): void => {
    setCursors(second ? [cursors[0], cycle] : [cycle, cursors[1]]);
    const last = view.from + room() / view.scale - 1;
    if (cycle < view.from || cycle > last) move(cycle - room() / view.scale / 2, view.scale);
  };
  /** On to the next cycle, or the one before, in which a shown signal changes. */
  const jump = (forward: boolean): void => {
    const now = cursors.at(0) ?? 0;
    const found = rows.flatMap(({ changes }) => {
      const beyond = forward
        ? changes.find((cycle) => cycle > now)
        : changes.findLast((cycle) => cycle < now);
      return beyond === undefined ? [] : [beyond];
    });
    if (found.length > 0) place(forward ? Math.min(...found) : Math.max(...found), false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => place(Math.min(wave.cycles - 1, (cursors.at(0) ?? 0) + 1), event.shiftKey),
      ArrowLeft: () => place(Math.max(0, (cursors.at(0) ?? 0) - 1), event.shiftKey),
      n: () => jump(true),
      p: () => jump(false),
      "+": () => zoom(1.5),
      "-": () => zoom(1 / 1.5),
      "0": fit,
      Home: () => place(0, event.shiftKey),
      End: () => place(wave.cycles - 1, event.shiftKey),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const drag = useRef<{ x: number; from: number; moved: boolean } | undefined>(undefined);

  const [first, second] = cursors;
  const shown = first ?? 0;
  return (
    <>
      <div class="wave-tools" data-size={size}>
        <button type="button" onClick={() => zoom(1.5)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => zoom(1 / 1.5)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={fit}>
          Fit
        </button>
        <button type="button" onClick={() => jump(false)}>
          Previous change
        </button>
        <button type="button" onClick={() => jump(true)}>
          Next change
        </button>
        <label>
          radix{" "}
          <select value={radix} onChange={(event) => setRadix(event.currentTarget.value as Radix)}>
            {radixes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          search{" "}
          <input
            type="search"
            value={search}
            size={10}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
      </div>
      <div class="waves">
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label={`Wave of ${wave.title}, ${wave.cycles} cycles, ${rows.length} signals. Arrows move the cursor, with Shift the second; n and p go to changes, plus and minus zoom.`}
          onKeyDown={onKeyDown}
          onWheel={(event) => {
            event.preventDefault();
            if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
              move(view.from + (event.deltaX + event.deltaY) / view.scale, view.scale);
            else zoom(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX - labelWidth);
          }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.offsetX, from: view.from, moved: false };
          }}
          onPointerMove={(event) => {
            const begun = drag.current;
            if (!begun) return;
            if (Math.abs(event.offsetX - begun.x) > 3) begun.moved = true;
            if (begun.moved) move(begun.from - (event.offsetX - begun.x) / view.scale, view.scale);
          }}
          onPointerUp={(event) => {
            if (drag.current && !drag.current.moved) place(cycleAt(event), event.shiftKey);
            drag.current = undefined;
          }}
        />
      </div>
      <p class="note" role="status">
        cycle {shown.toLocaleString("en")}
        {second !== undefined &&
          `, second cursor ${second.toLocaleString("en")}, ${Math.abs(second - shown).toLocaleString("en")} cycles apart`}
        . Click sets the cursor, Shift and click the second; drag pans, the wheel zooms.
      </p>
      {rows.length === 0 && <p>No signal has {JSON.stringify(search)} in its name.</p>}
      <ul class="values" aria-label="Values at the cursor">
        {rows.map((row) => (
          <li key={row.name}>
            <code>
              {row.name} = <strong>{valueText(row, shown, radix)}</strong>
            </code>
          </li>
        ))}
      </ul>
    </>
  );
}
