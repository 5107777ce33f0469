import { descend } from "./descent.ts";
import { type Feedback, feedbackOf } from "./feedback.ts";
import { gptq } from "./gptq.ts";
import type { Rounding } from "./levels.ts";
import { objectives } from "./objective.ts";
import type { Rows } from "./rows.ts";

export const methods = ["nearest", "gptq"] as const;
/** How the codes of a row are chosen: each weight's nearest, or together, so that the row's output changes least. */
export type Method = (typeof methods)[number];

/** Rows that what follows from the inputs is read for at a time: their errors stay in a core's cache. */
const TOGETHER = 32;

/** Rounded rows, and what rounding costs each in e · H · eᵀ. */
export interface Rounded {
  /** W of the grid, row by row. */
  readonly values: Float64Array;
  readonly nearest: Float64Array;
  readonly objective: Float64Array;
}

/**
 * Rounds rows that read the same inputs.
 *
 * @example
 * const independent = new Solver(Float64Array.of(1, 0, 0, 1), 2); // the mean of x · xᵀ of two inputs
 * const { changed } = quantizeMatrix(Float64Array.of(1, 0.53), 2, independent, { method: "gptq", scale: "none", bits: 8 });
 * console.log(changed); // 0
 */
export class Solver {
  readonly hessian: Float64Array;
  readonly columns: number;
  #feedback: Feedback | undefined | "not yet";

  /**
   * @param hessian columns × columns: the mean of x · xᵀ over the inputs
   * @param feedback of it, where it is known
   */
  constructor(hessian: Float64Array, columns: number, feedback?: Feedback) {
    this.hessian = hessian;
    this.columns = columns;
    this.#feedback = feedback ?? "not yet";
  }

  /** Undefined where H is not positive definite with any damping, and each weight gets its nearest code before the descent. */
  get feedback(): Feedback | undefined {
    if (this.#feedback === "not yet") this.#feedback = feedbackOf(this.hessian, this.columns);
    return this.#feedback;
  }

  /** GPTQ alone. @returns W of the grid, row by row; undefined where there is no feedback */
  gptq(rows: Rows, grid: Rounding): Float64Array | undefined {
    if (!this.feedback) return undefined;
    const { count, columns: n } = rows;
    const values = new Float64Array(count * n);
    for (let first = 0; first < count; first += TOGETHER) {
      const together = Math.min(TOGETHER, count - first);
      const out = values.subarray(first * n, (first + together) * n);
      gptq(rows, first, together, this.feedback, grid, out);
    }
    return values;
  }

  /**
   * GPTQ, where it is worse than the nearest codes those, then coordinate descent: on no row worse than what it began with.
   */
  round(rows: Rows, grid: Rounding, method: Method): Rounded {
    const { count, columns: n, weights } = rows;
    const values = weights.map((weight, place) => grid.nearest(weight, place));
    const [nearest, objective] = [new Float64Array(count), new Float64Array(count)];
    for (let first = 0; first < count; first += TOGETHER) {
      const together = Math.min(TOGETHER, count - first);
      const [start, end] = [first * n, (first + together) * n];
      const block = values.subarray(start, end);
      const given = weights.subarray(start, end);
      const cost = (of: Float64Array): Float64Array =>
        objectives(
          of.map((w, i) => (given[i] as number) - w),
          this.hessian,
          n,
        );
      const before = cost(block);
      nearest.set(before, first);
      if (method === "gptq") {
        if (this.feedback) {
          const found = new Float64Array(together * n);
          gptq(rows, first, together, this.feedback, grid, found);
          cost(found).forEach((now, r) => {
            if (now < (before[r] as number)) block.set(found.subarray(r * n, (r + 1) * n), r * n);
          });
        }
        descend(rows, first, together, this.hessian, grid, block);
      }
      objective.set(method === "gptq" ? cost(block) : before, first);
    }
    return { values, nearest, objective };
  }
}
