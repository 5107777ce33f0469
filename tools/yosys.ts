import { maxThreads, startThread, type Thread } from "#host/tools/yosys-thread";
import type { Sources, YosysRun } from "./yosys-run.ts";

export type { Sources, YosysRun } from "./yosys-run.ts";

const idle: Thread[] = [];
const waiting: ((thread: Thread) => void)[] = [];
let threads = 0;

function newThread(): Thread {
  threads += 1;
  return startThread();
}

const freeThread = async (): Promise<Thread> => {
  const thread = idle.pop() ?? (threads < maxThreads ? newThread() : undefined);
  return thread ?? new Promise((resolve) => waiting.push(resolve));
};

function release(thread: Thread): void {
  const next = waiting.shift();
  if (next) next(thread);
  else idle.push(thread);
}

/**
 * Runs yosys on a script over some files, in a thread of its own: calls at once run side by side.
 *
 * @param onPrint called with every piece of text as it is printed.
 */
export async function yosys(
  sources: Sources,
  script: string,
  onPrint: (text: string) => void = () => {},
): Promise<YosysRun> {
  const thread = await freeThread();
  try {
    const run = await thread.run({ ...sources }, script, onPrint);
    release(thread);
    return run;
  } catch (error) {
    // The thread is gone, for want of memory for instance.
    threads -= 1;
    const next = waiting.shift();
    if (next) next(newThread());
    const reason = error instanceof Error ? error.message : String(error);
    return { printed: `yosys ended: ${reason}`, files: {}, seconds: 0 };
  }
}
