import { useState } from "preact/hooks";
import type { PathEnds } from "../critical-path.ts";
import { type Goal, goals } from "../protocol.ts";
import { useTask } from "../use-task.ts";
import { Job, type PanelProps, Table } from "./common.tsx";
import { gatesOf } from "./gates.tsx";

/** Gates, area and the slowest path. */
export function Synthesis(props: PanelProps & { onPath(path: PathEnds): void }) {
  const { session, module, run, onPath } = props;
  const [state, start] = useTask(session, "synthesize", `${module} ${run}`);
  const [goal, setGoal] = useState<Goal>("area");
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
          <select value={goal} onChange={(event) => setGoal(event.currentTarget.value as Goal)}>
            {goals.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </Job>
      {result && (
        <>
          <dl class="figures">
            <div>
              <dt>goal</dt>
              <dd>{result.goal}</dd>
            </div>
            <div>
              <dt>area</dt>
              <dd>{Math.round(result.area).toLocaleString("en")} GE</dd>
            </div>
            <div>
              <dt>in registers</dt>
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
                  const { ends, delay, path } = result;
                  if (ends) onPath({ module, ...ends, delay, gates: path });
                }}
              >
                Show the path in the schematic
              </button>{" "}
              {result.ends.from} to {result.ends.to}
            </p>
          )}
          <Table
            caption="Critical path"
            head={["Cell", "Delay, FO4", "Arrival, FO4", "Net"]}
            numbers={[1, 2]}
            rows={gatesOf(result.path).map(({ net, cell, delay, arrival }) => [
              cell,
              delay.toFixed(2),
              arrival.toFixed(2),
              net,
            ])}
          />
          <Table
            caption="Cells"
            head={["Cell", "Count"]}
            numbers={[1]}
            rows={result.cells.map(([name, count]) => [name, count])}
          />
        </>
      )}
    </>
  );
}
