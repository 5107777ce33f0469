import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/** Texts by file name. */
export type Sources = Readonly<Record<string, string>>;

/** What a run printed, also when its script failed: a failing proof ends it. */
export interface YosysRun {
  readonly printed: string;
  /** Text files that the script wrote, and those it was given. */
  readonly files: Sources;
  /** Of the run alone, without waiting for a thread. */
  readonly seconds: number;
}

/** Which yosys runs, read without loading it. */
export function yosysVersion(): string {
  const bundle = createRequire(import.meta.url).resolve("@yowasp/yosys");
  const { name, version } = JSON.parse(
    readFileSync(join(bundle, "..", "..", "package.json"), "utf8"),
  ) as { name: string; version: string };
  return `${name} ${version}`;
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
    const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    printed += text;
    parentPort.postMessage(text);
  };
  const { Exit, runYosys } = await loading;
  const started = performance.now();
  try {
    files = (await runYosys(["-p", script], sources, { stdout: take, stderr: take })) ?? {};
  } catch (error) {
    if (error instanceof Exit) files = error.files;
    printed += "\\nyosys ended: " + (error instanceof Error ? error.message : String(error));
  }
  const seconds = (performance.now() - started) / 1000;
  const texts = Object.entries(files).filter(([, content]) => typeof content === "string");
  parentPort.postMessage({ printed, files: Object.fromEntries(texts), seconds });
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

/**
 * Runs yosys on a script over some files, in a thread of its own: calls at once run side by side.
 *
 * @param onPrint told every piece of text as it is printed.
 */
export async function yosys(
  sources: Sources,
  script: string,
  onPrint: (text: string) => void = () => {},
): Promise<YosysRun> {
  const worker = await freeWorker();
  worker.ref();
  return new Promise((resolve) => {
    const take = (message: string | YosysRun): void => {
      if (typeof message === "string") {
        onPrint(message);
        return;
      }
      worker.off("message", take).off("error", failed);
      release(worker);
      resolve(message);
    };
    /** The thread is gone, for want of memory for instance. */
    const failed = (error: Error): void => {
      workers -= 1;
      const next = waiting.shift();
      if (next) next(newWorker());
      resolve({ printed: `yosys ended: ${error.message}`, files: {}, seconds: 0 });
    };
    worker.on("message", take).on("error", failed);
    worker.postMessage({ sources: { ...sources }, script });
  });
}
