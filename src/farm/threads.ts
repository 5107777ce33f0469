import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Deferred, deferred } from "./deferred.ts";
import { type Farm, maxDeaths } from "./farm.ts";
import type { Files, Outcome, Piece } from "./kind.ts";

/** What a thread is sent. */
export interface Order {
  readonly piece: Piece;
  readonly files: Files;
}

interface Entry extends Order {
  /** Submissions whose result was not asked for yet. */
  wanted: number;
  deaths: number;
  readonly outcome: Deferred<Outcome>;
}

/**
 * Threads of this process, made when they are needed.
 *
 * @param program a module that calls `serveThread`.
 * @param jobs threads at most; as many as there are processors where this is left out.
 */
export function threads(program: URL, jobs = availableParallelism()): Farm {
  const entries = new Map<string, Entry>();
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
      const known = entries.get(piece.id);
      if (known) {
        known.wanted += 1;
        return;
      }
      const entry = { piece, files, wanted: 1, deaths: 0, outcome: deferred<Outcome>() };
      entries.set(piece.id, entry);
      waiting.push(entry);
      next();
    },
    async result(id) {
      const entry = entries.get(id);
      if (!entry) throw new RangeError(`piece ${id} was not submitted`);
      const outcome = await entry.outcome.promise;
      entry.wanted -= 1;
      if (entry.wanted === 0) entries.delete(id);
      return outcome;
    },
    cancel: stop,
    capacity: async () => jobs,
    async close() {
      await stop();
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
    },
  };
}
