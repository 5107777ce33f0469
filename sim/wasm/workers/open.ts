// Opens designs and lanes for two threads, where the machine has them.

import { availableParallelism } from "#host/tools/threads";
import { allocate, compiled, instantiate } from "../instance.ts";
import type { LaneFunctions } from "../lanes.ts";
import { measured, ThreadedBackend } from "./backend.ts";
import { type Choice, measuredChoice } from "./choice.ts";
import { secondThread } from "./lanes.ts";
import { type Opening, oneThread } from "./one-thread.ts";

/** The code of lanes, half of which a second thread may compute. @param choose when it does, by the milliseconds that compiling took */
export const lanesWith =
  (choose: (made: number) => Choice): Opening["lanes"] =>
  (module, code, bytes) => {
    const started = performance.now();
    const memory = allocate(bytes, true);
    const program = compiled(module, code, true);
    const functions = instantiate(program, memory).exports as LaneFunctions;
    const { batch } = functions;
    if (!batch) throw new Error(`the lanes of ${module.name} have no batch`);
    const choice = choose(performance.now() - started);
    return {
      functions,
      memory,
      second: (size) => secondThread({ module: program, memory, compute: batch }, choice, size),
    };
  };

const twoThreads: Opening = {
  backend: (shared, made) => new ThreadedBackend(shared, measured(made)),
  lanes: lanesWith(measuredChoice),
};

export const opening: Opening = availableParallelism() > 1 ? twoThreads : oneThread;
