import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/** Texts by file name. */
export type Sources = Readonly<Record<string, string>>;

/** What a run printed, also when its script failed: a failing proof ends it. */
export interface YosysRun {
  readonly printed: string;
  /** Files that the script wrote, and those it was given; none when it failed. */
  readonly files: Sources;
  /** Of the run alone, without waiting for a thread. */
  readonly seconds: number;
}

/** A thread's program: it loads yosys (38 MB of WebAssembly) once and runs one script at a time. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const loading = import(workerData);
parentPort.on("message", async ({ sources, script }) => {
  const decoder = new TextDecoder();
  let printed = "";
  let files = {};
  const take = (bytes) => {
    printed += bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  };
  const { runYosys } = await loading;
  const started = performance.now();
  try {
    files = await runYosys(["-p", script], sources, { stdout: take, stderr: take });
  } catch (error) {
    printed += "\\nyosys ended: " + (error instanceof Error ? error.message : String(error));
  }
  parentPort.postMessage({ printed, files, seconds: (performance.now() - started) / 1000 });
});
`;

/** As many threads as there are processors, made when they are needed; idle ones do not keep the process alive. */
const mostWorkers = availableParallelism();
const idle: Worker[] = [];
const waiting: ((worker: Worker) => void)[] = [];
let workers = 0;

function newWorker(): Worker {
  workers += 1;
  const entry = createRequire(import.meta.url).resolve("@yowasp/yosys");
  return new Worker(program, { eval: true, workerData: pathToFileURL(entry).href });
}

const freeWorker = async (): Promise<Worker> => {
  const worker = idle.pop() ?? (workers < mostWorkers ? newWorker() : undefined);
  return worker ?? new Promise((resolve) => waiting.push(resolve));
};

function release(worker: Worker): void {
  const next = waiting.shift();
  if (next) {
    next(worker);
    return;
  }
  worker.unref();
  idle.push(worker);
}

/** Runs yosys on a script over some files, in a thread of its own: calls at once run side by side. */
export async function yosys(sources: Sources, script: string): Promise<YosysRun> {
  const worker = await freeWorker();
  worker.ref();
  return new Promise((resolve) => {
    const done = (run: YosysRun): void => {
      worker.off("message", done).off("error", failed);
      release(worker);
      resolve(run);
    };
    /** The thread is gone, for want of memory for instance. */
    const failed = (error: Error): void => {
      workers -= 1;
      const next = waiting.shift();
      if (next) next(newWorker());
      resolve({ printed: `yosys ended: ${error.message}`, files: {}, seconds: 0 });
    };
    worker.on("message", done).on("error", failed);
    worker.postMessage({ sources: { ...sources }, script });
  });
}
