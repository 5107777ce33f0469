import { useTask } from "../use-task.ts";
import { Job, type PanelProps, Table } from "./common.tsx";

/** What the design states of itself, proved for all inputs and all time; and its model, compared. */
export function Proof({ session, module, run }: PanelProps) {
  const key = `${module} ${run}`;
  const [proof, prove] = useTask(session, "prove", key);
  const [compared, verify] = useTask(session, "verify", key);
  return (
    <>
      <p>
        The assertions and covers of <code>{module}</code> are proved for all inputs, by yosys (9
        MB, loaded when it is first used).
      </p>
      <Job label="Prove" state={proof} session={session} onStart={() => prove({ module })} />
      {proof.result && (
        <Table
          caption="Proofs"
          head={["Statement", "Verdict", "How", "Seconds"]}
          numbers={[3]}
          rows={proof.result.map(({ name, verdict, detail, seconds }) => [
            name,
            <strong key="v" class={verdict === "proved" ? "good" : "bad"}>
              {verdict}
            </strong>,
            detail,
            seconds.toFixed(2),
          ])}
        />
      )}
      <p>
        Its outputs are compared with the <code>reference</code> that the program exports, or with
        rf8's model of its own circuits.
      </p>
      <Job label="Verify" state={compared} session={session} onStart={() => verify({ module })} />
      {compared.result && (
        <p role="status">
          <strong class={compared.result.mismatches === 0 ? "good" : "bad"}>
            {compared.result.mismatches} mismatches
          </strong>{" "}
          in {compared.result.vectors.toLocaleString("en")} vectors,{" "}
          {compared.result.milliseconds.toFixed(0)} ms
        </p>
      )}
    </>
  );
}
