import type { InProcessEngine } from "../../../../sim/index.ts";
import { wasmWith } from "../../../../sim/wasm/wasm.ts";
import { ThreadedBackend, type Threading } from "../../../../sim/wasm/workers/backend.ts";
import { alwaysTwo } from "../../../../sim/wasm/workers/choice.ts";
import { lanesWith } from "../../../../sim/wasm/workers/open.ts";

const anySize = { share: Number.POSITIVE_INFINITY, instructions: 0 };

export const engineWith = (threading: (made: number) => Threading): InProcessEngine =>
  wasmWith({
    backend: (shared, made) => new ThreadedBackend(shared, threading(made)),
    lanes: lanesWith(() => alwaysTwo),
  });

/** Every batch in two parts, one after the other in this thread. */
export const inTwoParts = engineWith(() => ({ choice: alwaysTwo, limits: anySize, worker: false }));

/** Every batch on two threads. */
export const onTwoThreads = engineWith(() => ({
  choice: alwaysTwo,
  limits: anySize,
  worker: true,
}));
