import { availableParallelism, Worker } from "#host/tools/threads";
import type { DecoderConfig } from "../decoder/config.ts";
import { footprintOf } from "../decoder/tensors.ts";
import type { Model } from "../model.ts";
import type { ModelTensor } from "../tensor.ts";
import type { Sums } from "./measure.ts";
import { type Candidates, predictedTokens, sumsOf } from "./sums.ts";

/** What a worker is given; tensors share their memory with all others. */
export interface Task {
  readonly config: DecoderConfig;
  readonly tensors: readonly (readonly [string, ModelTensor])[];
  readonly candidates: Candidates;
  readonly sequences: readonly (readonly number[])[];
}

/** What a worker tells: tokens that it has read since the last time, or the sums of every candidate. */
export type Report = { readonly tokens: number } | { readonly sums: readonly Sums[] };

/** Products that take longer than starting a worker, some tenths of a second. */
const WORTH = 1e9;

const program = new URL("./worker.js", import.meta.url);
/** Node runs the compiled program in a worker, and the sources not. */
const compiled = import.meta.url.endsWith(".js");

/**
 * The sums of every candidate, over as many workers as there are cores where that is worth it: each takes a share of the
 * sequences.
 */
export async function sumsInParallel(
  model: Model<DecoderConfig>,
  candidates: Candidates,
  sequences: readonly (readonly number[])[],
  onTokens: (tokens: number) => void,
): Promise<readonly Sums[]> {
  const count = "settings" in candidates ? candidates.settings.length : candidates.matrices.length;
  const products = predictedTokens(sequences) * footprintOf(model.config).parameters * count;
  const workers = Math.min(availableParallelism(), sequences.length);
  if (!compiled || workers < 2 || products < WORTH)
    return sumsOf(model, candidates, sequences, onTokens);
  const tensors = [...model.tensors].map(([name, tensor]) => [name, shared(tensor)] as const);
  const given =
    "settings" in candidates && candidates.stored
      ? { ...candidates, stored: plain(candidates.stored) }
      : candidates;
  const shares = Array.from({ length: workers }, (_, worker) =>
    sequences.filter((_, index) => index % workers === worker),
  );
  const running = shares.map((share) => {
    const task: Task = { config: model.config, tensors, candidates: given, sequences: share };
    return start(task, onTokens);
  });
  try {
    const parts = await Promise.all(running.map(({ sums }) => sums));
    return Array.from({ length: count }, (_, i) => ({
      nll: parts.reduce((sum, part) => sum + (part[i]?.nll ?? Number.NaN), 0),
      kl: parts.reduce((sum, part) => sum + (part[i]?.kl ?? Number.NaN), 0),
    }));
  } finally {
    // Where one fails, the others need not go on.
    for (const { worker } of running) void worker.terminate();
  }
}

function start(
  task: Task,
  onTokens: (tokens: number) => void,
): { worker: Worker; sums: Promise<readonly Sums[]> } {
  const worker = new Worker(program, { workerData: task });
  const sums = new Promise<readonly Sums[]>((resolve, reject) => {
    worker.on("message", (report: Report) => {
      if ("sums" in report) resolve(report.sums);
      else onTokens(report.tokens);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a worker ended with status ${code}`)));
  });
  return { worker, sums };
}

/** A network without what workers cannot be sent. */
const plain = ({ config, tensors }: Pick<Model<DecoderConfig>, "config" | "tensors">) => ({
  config,
  tensors: new Map([...tensors].map(([name, tensor]) => [name, shared(tensor)])),
});

/** The tensor with its values, and its codes where it has any, in memory that workers see too. */
function shared({ shape, values, rf8 }: ModelTensor): ModelTensor {
  const numbers = new Float32Array(new SharedArrayBuffer(values.byteLength));
  numbers.set(values);
  if (!rf8) return { shape, values: numbers };
  const codes = new Uint8Array(new SharedArrayBuffer(rf8.codes.byteLength));
  codes.set(rf8.codes);
  return { shape, values: numbers, rf8: { ...rf8, codes } };
}
