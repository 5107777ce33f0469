// What models have done when a run ends: the outcome, or the rule that the circuit broke.

import { at, type ir } from "@chisel-ts/core";
import { ChiselError } from "@chisel-ts/core/error";
import type { BurstMemory } from "./memories.ts";
import type { Model, Models } from "./models.ts";
import type { NamedModel } from "./ports.ts";
import type { Task } from "./task.ts";
import type { Run } from "./work.ts";

/**
 * A circuit broke the rules of a bus, or did not do its work in time: one line.
 *
 * @example
 * console.log(new ProtocolError("valid falls before ready") instanceof ChiselError); // true
 */
export class ProtocolError extends ChiselError {
  override readonly name = "ProtocolError";
  readonly #problem: string;

  constructor(message: string, problem = message) {
    super(message);
    this.#problem = problem;
  }

  /** What is wrong, without the model and the cycle. */
  get problem(): string {
    return this.#problem;
  }
}

/** What ended a run too early: a rule that was broken. */
export const violation = {
  dropped: 1,
  changed: 2,
  surplus: 3,
  error: 4,
  early: 5,
  beyond: 6,
  empty: 7,
  silent: 8,
} as const;

/** What is said of it, by its number less 1. */
const violations: readonly ((model: Model, task: Task, done: Done) => string)[] = [
  () => "valid falls before the beat is accepted",
  () => "a beat changes before it is accepted",
  () => "valid rises for a beat that nothing asked for",
  () => "the access is answered with an error",
  () => "the answer comes before the access is accepted",
  ({ kind }, { count }, { address }) =>
    `${kind === "burst" ? "byte" : "word"} ${address} is asked for; the memory has ${count}`,
  () => "a request asks for no beat",
  (model) =>
    `the memory did not answer for ${(model as BurstMemory).patience?.toLocaleString("en")} cycles`,
];

/** What a model has done when a run ends. */
export interface Done {
  /** Beats or steps that are left. */
  readonly left: number;
  /** A number of `violation`, or 0. */
  readonly violation: number;
  /** What was asked for that the memory does not have. */
  readonly address: number;
  readonly transfers: Uint32Array;
  readonly bytes: Uint8Array;
  readonly last: Uint8Array;
  readonly reads: Uint32Array;
}

/** How an engine runs models: until all tasks are done, a rule is broken or the cycles are over. */
export type Runner = (
  tasks: readonly Task[],
  maxCycles: number,
) => { readonly cycles: number; readonly done: readonly Done[] };

/** @throws ProtocolError where a rule was broken, or work is left. */
export function outcomeOf<M extends Models>(
  module: ir.ModuleIr,
  models: readonly NamedModel[],
  tasks: readonly Task[],
  { cycles, done }: ReturnType<Runner>,
): Run<M> {
  /** How far a model came; memories are done at any time. */
  const placeOf = (index: number): string[] => {
    const { model } = at(models, index);
    const [{ count }, { left, reads }] = [at(tasks, index), at(done, index)];
    if (model.kind === "memory" || model.kind === "burst") return [];
    if (model.kind === "until") return [`${model.signal} = ${reads[0]}`];
    const kind = model.kind === "registers" ? "step" : "beat";
    return [`${kind} ${Math.min(count - left, Math.max(0, count))} of ${count}`];
  };
  done.forEach((one, index) => {
    if (one.violation === 0) return;
    const { name, model } = at(models, index);
    const where = [`${name} of ${module.name}`, `cycle ${cycles}`, ...placeOf(index)].join(", ");
    const what = at(violations, one.violation - 1)(model, at(tasks, index), one);
    throw new ProtocolError(`${where}: ${what}`, what);
  });
  const waiting = done.flatMap(({ left }, index) =>
    left > 0 ? [`${at(models, index).name} at ${placeOf(index).join("")}`] : [],
  );
  if (waiting.length > 0)
    throw new ProtocolError(
      `${module.name} has not done its work after ${cycles} cycles: ${waiting.join(", ")}`,
    );
  const outcomes = done.map((one, index) => {
    const { transfers, bytes, last, reads } = one;
    switch (models[index]?.model.kind) {
      case "source":
        return { transfers };
      case "sink":
        return { transfers, beats: bytes, last };
      case "registers":
        return { reads };
      case "until":
        return { value: reads[0] };
      default:
        return { contents: bytes };
    }
  });
  return {
    cycles,
    models: Object.fromEntries(
      models.map(({ name }, index) => [name, outcomes[index]]),
    ) as unknown as Run<M>["models"],
  };
}
