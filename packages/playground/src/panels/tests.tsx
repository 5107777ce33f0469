import { useTask } from "../use-task.ts";
import { Job, type PanelProps } from "./common.tsx";

/** The functions that a program exports as tests. */
export function Tests({ session, module, run }: PanelProps) {
  const [state, start] = useTask(session, "test", `${module} ${run}`);
  return (
    <>
      <p>
        Exported functions whose names begin with <code>test</code> are run. <code>fast-check</code>{" "}
        may be imported: what it finds it shrinks.
      </p>
      <Job label="Run tests" state={state} session={session} onStart={() => start({})} />
      <ul class="outcomes">
        {(state.result ?? []).map(({ name, failure, milliseconds }) => (
          <li key={name}>
            <strong class={failure === undefined ? "good" : "bad"}>
              {failure === undefined ? "passed" : "failed"}
            </strong>{" "}
            {name} <span class="note">{milliseconds.toFixed(0)} ms</span>
            {failure !== undefined && <pre>{failure}</pre>}
          </li>
        ))}
      </ul>
    </>
  );
}
