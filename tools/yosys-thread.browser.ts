import type { Thread, YosysRun } from "./yosys-run.ts";

export type { Thread } from "./yosys-run.ts";

/** Each takes some hundred megabytes. */
export const maxThreads = 2;

/** A worker. It is a file of its own, which bundlers find by this very form. */
export function startThread(): Thread {
  const worker = new Worker(new URL("./yosys-worker.js", import.meta.url), { type: "module" });
  return {
    run: (sources, script, onPrint) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }: BrowserMessage<string | YosysRun>) => {
          if (typeof data === "string") onPrint(data);
          else resolve(data);
        };
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ sources, script });
      }),
  };
}
