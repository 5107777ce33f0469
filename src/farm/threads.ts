import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Farm, maxDeaths } from "./farm.ts";
import type { Files, Outcome, Piece } from "./kind.ts";
import { type Submission, Submissions } from "./submissions.ts";

/** What a thread is sent. */
export interface Order {
  readonly piece: Piece;
  readonly files: Files;
}

type Entry = Submission & { deaths: number };

/**
 * Threads of this process, made when they are needed.
 *
 * @param program a module that calls `serveThread`.
 * @param jobs threads at most; as many as there are processors where this is left out.
 */
export function threads(program: URL, jobs = availableParallelism()): Farm {
  const entries = new Submissions(() => ({ deaths: 0 }));
  const waiting: Entry[] = [];
  const idle: Worker[] = [];
  const busy = new Map<Worker, Entry>();

  const next = (): void => {
    while (waiting.length > 0 && busy.size < jobs) {
      const entry = waiting.shift();
      if (entry) begin(idle.pop() ?? hired(), entry);
    }
  };
  const begin = (worker: Worker, entry: Entry): void => {
    worker.ref();
    busy.set(worker, entry);
    worker.postMessage({ piece: entry.piece, files: entry.files } satisfies Order);
  };
  const hired = (): Worker => {
    const worker = new Worker(program);
    let reason = "it ended";
    worker.on("message", (outcome: Outcome) => {
      busy.get(worker)?.outcome.resolve(outcome);
      busy.delete(worker);
      worker.unref();
      idle.push(worker);
      next();
    });
    worker.on("error", (error) => {
      reason = error.message;
    });
    // For want of memory, for instance. An idle thread does not end by itself.
    worker.on("exit", () => {
      const entry = busy.get(worker);
      if (!entry) return;
      busy.delete(worker);
      entry.deaths += 1;
      if (entry.deaths < maxDeaths) waiting.unshift(entry);
      else entry.outcome.resolve({ state: "poisoned", deaths: entry.deaths, reason });
      next();
    });
    return worker;
  };
  const stop = async (): Promise<void> => {
    const stopped = [...busy.values(), ...waiting.splice(0)];
    const workers = [...busy.keys()];
    busy.clear();
    for (const entry of stopped) entry.outcome.resolve({ state: "cancelled" });
    await Promise.all(workers.map((worker) => worker.terminate()));
  };

  return {
    async submit(piece, files) {
      const entry = entries.add(piece, files);
      if (!entry) return;
      waiting.push(entry);
      next();
    },
    result: (id) => entries.result(id),
    cancel: stop,
    capacity: async () => jobs,
    async close() {
      await stop();
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
    },
  };
}
