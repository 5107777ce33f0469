import { availableParallelism, Worker } from "#host/tools/threads";
import type { Feedback } from "./feedback.ts";
import { quantizeRows, type RowResults, type RowsTask, rowResults } from "./quantize-rows.ts";
import type { Solver } from "./solver.ts";

/** Rows that a core takes at a time. */
const TOGETHER = 32;
/** Products that take longer than starting a worker, some tenths of a second. */
const WORTH = 2 ** 28;

const program = new URL("./worker.js", import.meta.url);
/** Node runs the compiled program in a worker, and the sources not. */
const compiled = import.meta.url.endsWith(".js");

/** What a worker is given; all memory is shared. */
export interface CoresTask {
  readonly task: RowsTask;
  readonly hessian: Float64Array;
  readonly feedback: Feedback | undefined;
  readonly rows: number;
  readonly results: RowResults;
  /** The next row that nobody has taken, workers that may hold rows, and those that failed. */
  readonly state: Int32Array;
}

const [NEXT, ACTIVE, FAILED] = [0, 1, 2];
let workers: Worker[] = [];

/**
 * Chooses the codes of a matrix's rows on all cores, where that is worth it. Rows do not depend on each other, so their codes are the
 * same on any number of cores. The caller waits, and works itself meanwhile.
 *
 * @throws Error where a worker failed
 */
export function quantizeOnCores(
  task: RowsTask,
  rows: number,
  solver: Solver,
  cores = rows * task.columns ** 2 < WORTH ? 1 : availableParallelism(),
): RowResults {
  const { columns } = task;
  const many = compiled && cores > 1;
  const results = rowResults(rows, columns, (bytes) =>
    many ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
  );
  const state = new Int32Array(new SharedArrayBuffer(12));
  // Known before the workers are, which share it.
  const feedback = task.method === "gptq" ? solver.feedback : undefined;
  if (many) {
    while (workers.length < cores - 1) workers.push(new Worker(program));
    const given: CoresTask = {
      task: { ...task, weights: shared(task.weights) },
      hessian: shared(solver.hessian),
      feedback: feedback && { order: feedback.order, gains: shared(feedback.gains) },
      rows,
      results,
      state,
    };
    for (const worker of workers) {
      worker.unref();
      worker.postMessage(given);
    }
  }
  takeRows({ task, rows, results, state }, solver);
  for (let active = 1; active > 0; ) {
    active = Atomics.load(state, ACTIVE);
    if (active > 0) Atomics.wait(state, ACTIVE, active);
  }
  if (Atomics.load(state, FAILED) > 0) throw new Error("a worker failed in a matrix's rows");
  return results;
}

/** Ends the workers; the next matrix starts others. */
export async function endCores(): Promise<void> {
  const ended = workers;
  workers = [];
  await Promise.all(ended.map((worker) => worker.terminate()));
}

/** Takes rows as long as there are some. */
function takeRows(
  { task, rows, results, state }: Omit<CoresTask, "hessian" | "feedback">,
  solver: Solver,
): void {
  for (;;) {
    const first = Atomics.add(state, NEXT, TOGETHER);
    if (first >= rows) return;
    quantizeRows(task, solver, { first, end: Math.min(rows, first + TOGETHER) }, results);
  }
}

/** What a worker does. A worker that comes late finds no rows, and nobody waits for it. */
export function helpWith({ task, rows, results, state }: CoresTask, solver: Solver): void {
  Atomics.add(state, ACTIVE, 1);
  try {
    takeRows({ task, rows, results, state }, solver);
  } catch (error) {
    Atomics.add(state, FAILED, 1);
    throw error;
  } finally {
    Atomics.sub(state, ACTIVE, 1);
    Atomics.notify(state, ACTIVE);
  }
}

/** The same numbers in memory that workers share. */
function shared(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
