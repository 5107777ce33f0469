// The steps of a register script, checked and as words.

import { described } from "../check.ts";
import type { NamedModel } from "./ports.ts";

/** Steps of a script as four words each. */
export const stepWords = 4;

export const stepCode = { write: 0, read: 1, poll: 2, after: 3, idle: 4 } as const;

/** The steps of a script, as words. */
export interface ScriptWords {
  /** Steps. */
  readonly count: number;
  readonly steps: Uint32Array;
  /** Reads and polls. */
  readonly reads: number;
}

export function script(name: string, steps: unknown, models: readonly NamedModel[]): ScriptWords {
  if (!Array.isArray(steps))
    throw new RangeError(`${name}: steps are a list, not ${described(steps)}`);
  const code = new Uint32Array(stepWords * steps.length);
  let reads = 0;
  steps.forEach((step: unknown, index) => {
    const words = stepOf(name, index, step, models);
    if (words[0] === stepCode.read || words[0] === stepCode.poll) reads += 1;
    code.set(words, stepWords * index);
  });
  return { count: steps.length, steps: code, reads };
}

const stepKeys: Readonly<Record<keyof typeof stepCode, readonly string[]>> = {
  write: ["data"],
  read: [],
  poll: ["mask", "equals"],
  after: [],
  idle: [],
};

function stepOf(
  name: string,
  index: number,
  given: unknown,
  models: readonly NamedModel[],
): number[] {
  const refuse = (what: string): RangeError => new RangeError(`${name}: step ${index} ${what}`);
  if (typeof given !== "object" || given === null)
    throw refuse(`is an object, not ${described(given)}`);
  const step = given as Readonly<Record<string, unknown>>;
  const kind = (Object.keys(stepCode) as (keyof typeof stepCode)[]).find((key) =>
    Object.hasOwn(step, key),
  );
  const keys = kind && [kind, ...stepKeys[kind]];
  const exact = (own: readonly string[]): boolean =>
    Object.keys(step).length === own.length && own.every((key) => Object.hasOwn(step, key));
  if (!kind || !keys || !exact(keys))
    throw refuse(
      `has ${Object.keys(step).join(", ")}; a step is write and data, read, poll with mask and equals, after, or idle`,
    );
  if (kind === "after") return [stepCode.after, bitsOf(step.after, refuse, models)];
  const numbers = keys.map((key) => {
    const value = step[key];
    const minimum = kind === "idle" ? 1 : 0;
    if (
      typeof value !== "number" ||
      !Number.isInteger(value) ||
      value < minimum ||
      value >= 2 ** 32
    )
      throw refuse(
        `has ${key} ${String(value)}; a whole number from ${minimum} to 4294967295 is needed`,
      );
    return value;
  });
  return [stepCode[kind], ...numbers];
}

function bitsOf(
  given: unknown,
  refuse: (what: string) => RangeError,
  models: readonly NamedModel[],
): number {
  if (!Array.isArray(given)) throw refuse("has an after that is no list of models");
  return given.reduce((bits: number, one: unknown) => {
    const place = models.findIndex(({ name }) => name === one);
    if (place < 0)
      throw refuse(
        `waits for ${String(one)}; there are ${models.map(({ name }) => name).join(", ")}`,
      );
    return (bits | (1 << place)) >>> 0;
  }, 0);
}
