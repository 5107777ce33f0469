// A second thread for lanes: a worker computes half of them, where that is faster.

import { lanesPerBlock } from "../simd/element.ts";
import type { Choice } from "./choice.ts";
import { Helper, type Work } from "./helper.ts";

/** What computes batches of lanes on one thread or on two. */
export interface SecondThread {
  /** Runs the cycles of a batch, all at once or in pieces that `run` is given. */
  batch(cycles: number, atOnce: boolean, run: (from: number, to: number) => void): void;
  /** Computes a block of cycles, whose rows are at some places. */
  compute(cycles: number, rows: readonly number[]): void;
}

/** @param lanes a multiple of a block's: the last block would reach to the next cycle's first. */
export function secondThread(
  work: Omit<Work, "parameters">,
  choice: Choice,
  { lanes, parameters }: { readonly lanes: number; readonly parameters: number },
): SecondThread {
  const half = lanesPerBlock * Math.floor(lanes / (2 * lanesPerBlock));
  const helper = new Helper(parameters, () => work, true);
  let two = false;
  return {
    batch(cycles, atOnce, run) {
      for (let from = 0; from < cycles; ) {
        const next = choice.next(cycles - from, false);
        const piece = atOnce ? { ...next, cycles } : next;
        two = piece.two && half > 0;
        if (two) helper.start();
        const started = performance.now();
        run(from, from + piece.cycles);
        choice.took(piece, performance.now() - started);
        from += piece.cycles;
      }
    },
    compute(cycles, rows) {
      if (two) helper.give([cycles, half, lanes, ...rows]);
      work.compute(cycles, 0, two ? half : lanes, ...rows);
      if (two) helper.await(0);
    },
  };
}
