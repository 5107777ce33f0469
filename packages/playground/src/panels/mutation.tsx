import { useTask } from "../use-task.ts";
import { Job, type PanelProps } from "./common.tsx";

/** Whether verification would notice a mistake. */
export function Mutation({ session, module, run }: PanelProps) {
  const [state, start] = useTask(session, "mutate", `${module} ${run}`);
  const { result } = state;
  return (
    <>
      <p>
        Every small mistake is made in <code>{module}</code>, one at a time, and run beside its
        model: one that no vector tells apart is compared with the right circuit by the prover.
      </p>
      <Job label="Mutate" state={state} session={session} onStart={() => start({ module })} />
      {result && (
        <>
          <dl class="figures">
            <div>
              <dt>killed</dt>
              <dd>{result.killed}</dd>
            </div>
            <div>
              <dt>equivalent</dt>
              <dd>{result.equivalent}</dd>
            </div>
            <div>
              <dt>survived</dt>
              <dd class={result.survivors.length === 0 ? "good" : "bad"}>
                {result.survivors.length}
              </dd>
            </div>
          </dl>
          <p class="note">Judged by {result.reference}.</p>
          <ul>
            {result.survivors.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
