import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { VerilatorError } from "./errors.ts";
import type { Files } from "./files.ts";
import type { Run } from "./run-result.ts";

/** MiB: enough for chains of some ten thousand choices. */
export const stackSizeMb = 200;

/** What the thread answers. */
export type Answer = { readonly run: Run } | { readonly message: string; readonly log: string };

/**
 * A run of Verilator in a thread with a large stack.
 *
 * @throws VerilatorError as `runVerilator`.
 */
export async function runInThread(args: readonly string[], files: Files): Promise<Run> {
  // Compiled: the path is the same from the sources and from what is compiled of them.
  const script = new URL("../dist/run-thread.js", import.meta.url);
  const worker = new Worker(script, {
    workerData: { args, files },
    resourceLimits: { stackSizeMb },
  });
  const [answer] = (await once(worker, "message")) as [Answer];
  await worker.terminate();
  if ("run" in answer) return answer.run;
  throw new VerilatorError(answer.message, answer.log);
}
