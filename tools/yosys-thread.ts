import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { runScript, type Sources, type Thread, type YosysRun } from "./yosys-run.ts";

export type { Thread } from "./yosys-run.ts";

/** A text, since Node 20 starts no TypeScript in a thread. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const runScript = ${runScript};
const loading = import(workerData);
parentPort.on("message", async ({ sources, script }) => {
  const print = (text) => parentPort.postMessage(text);
  parentPort.postMessage(await runScript(await loading, sources, script, print));
});
`;

/** As many as there are processors. */
export const maxThreads = availableParallelism();

/** A thread that keeps the process alive while it runs a script. */
export function startThread(): Thread {
  const entry = createRequire(import.meta.url).resolve("@yowasp/yosys");
  const worker = new Worker(program, { eval: true, workerData: pathToFileURL(entry).href });
  return {
    run: (sources: Sources, script, onPrint) =>
      new Promise((resolve, reject) => {
        const take = (message: string | YosysRun): void => {
          if (typeof message === "string") {
            onPrint(message);
            return;
          }
          worker.off("message", take).off("error", reject).unref();
          resolve(message);
        };
        worker.on("message", take).on("error", reject).ref();
        worker.postMessage({ sources, script });
      }),
  };
}
