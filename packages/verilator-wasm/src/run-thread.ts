// The thread of `runInThread`: one run of Verilator on a large stack.
import { parentPort, workerData } from "node:worker_threads";
import { VerilatorError } from "./errors.ts";
import type { Files } from "./files.ts";
import type { Answer } from "./large-stack.ts";
import { runHere } from "./run.ts";

const { args, files } = workerData as { readonly args: readonly string[]; readonly files: Files };
const answer = (given: Answer): void => parentPort?.postMessage(given);
try {
  answer({ run: await runHere(args, files) });
} catch (error) {
  if (!(error instanceof VerilatorError)) throw error;
  answer({ message: error.message, log: error.log });
}
