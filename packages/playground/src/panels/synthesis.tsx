import { useState } from "preact/hooks";
import type { PathEnds } from "../critical-path.ts";
import { useTask } from "../use-task.ts";
import { Job, type PanelProps, Table } from "./common.tsx";

/** Gates, area and the slowest path. */
export function Synthesis(props: PanelProps & { onPath(path: PathEnds): void }) {
  const { session, module, run, onPath } = props;
  const [state, start] = useTask(session, "synthesize", `${module} ${run}`);
  const [goal, setGoal] = useState<"area" | "delay">("area");
  const { result } = state;
  return (
    <>
      <Job
        label="Synthesize"
        state={state}
        session={session}
        onStart={() => start({ module, goal })}
      >
        <label>
          goal{" "}
          <select
            value={goal}
            onChange={(event) => setGoal(event.currentTarget.value as "area" | "delay")}
          >
            <option>area</option>
            <option>delay</option>
          </select>
        </label>
      </Job>
      {result && (
        <>
          <dl class="figures">
            <div>
              <dt>area</dt>
              <dd>{Math.round(result.area).toLocaleString("en")} GE</dd>
            </div>
            <div>
              <dt>of it registers</dt>
              <dd>{Math.round(result.sequential).toLocaleString("en")} GE</dd>
            </div>
            <div>
              <dt>delay</dt>
              <dd>{result.delay.toFixed(1)} FO4</dd>
            </div>
          </dl>
          <p class="note">
            {result.tool}. A GE is the area of the smallest two-input NAND, an FO4 the delay of an
            inverter that drives four.
          </p>
          {result.ends && (
            <p>
              <button
                type="button"
                onClick={() => {
                  if (result.ends) onPath({ module, ...result.ends, delay: result.delay });
                }}
              >
                Show the path in the schematic
              </button>{" "}
              {result.ends.from} to {result.ends.to}
            </p>
          )}
          <Table
            caption="Critical path"
            head={["Net", "Cell", "Arrival, FO4"]}
            rows={result.path.map(({ net, cell, arrival }) => [net, cell, arrival.toFixed(2)])}
          />
          <Table
            caption="Cells"
            head={["Cell", "Count"]}
            rows={result.cells.map(([name, count]) => [name, count])}
          />
        </>
      )}
    </>
  );
}
