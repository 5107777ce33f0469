import { useEffect, useRef, useState } from "preact/hooks";
import type { WaveData } from "../protocol.ts";
import { useTask } from "../use-task.ts";
import { WaveView } from "../wave/view.tsx";
import { Job, type PanelProps, WholeNumber } from "./common.tsx";

/** What the program simulated, or the design under random inputs. */
export function Waves({
  session,
  module,
  run,
  waves,
  selected,
}: PanelProps & { readonly waves: readonly WaveData[]; readonly selected: string | undefined }) {
  const own = waves.findIndex((wave) => wave.title === module && wave.cycles > 0);
  const [state, start] = useTask(session, "simulate", `${module} ${run}`);
  const [cycles, setCycles] = useState(200);
  const [seed, setSeed] = useState(1);
  const [source, setSource] = useState<"program" | "random">("program");
  const fromProgram = source === "program" && own >= 0;
  // The last wave stays until the next is there: zoom, radix and search with it.
  const last = useRef<WaveData | undefined>(undefined);
  const wave =
    (fromProgram ? waves[own] : state.result) ??
    (last.current?.title === module && state.error === undefined ? last.current : undefined);
  last.current = wave;
  useEffect(() => {
    if (module !== "" && !fromProgram) start({ module, cycles, seed });
  }, [module, run, fromProgram]);
  return (
    <>
      <Job
        label="Simulate"
        state={state}
        session={session}
        onStart={() => {
          setSource("random");
          start({ module, cycles, seed });
        }}
      >
        <WholeNumber
          label="random inputs for"
          unit="cycles,"
          min={1}
          max={1_000_000}
          value={cycles}
          onNumber={setCycles}
        />
        <WholeNumber label="seed" min={1} max={1_000_000} value={seed} onNumber={setSeed} />
        {own >= 0 && (
          <label>
            <input
              type="checkbox"
              checked={fromProgram}
              onChange={(event) => setSource(event.currentTarget.checked ? "program" : "random")}
            />{" "}
            as the program ran it
          </label>
        )}
      </Job>
      {wave?.traces.length === 0 && <p>{module} has no ports and no registers.</p>}
      {wave && wave.traces.length > 0 && (
        <WaveView key={wave.title} wave={wave} selected={selected} />
      )}
    </>
  );
}
