// What models do in a run: checks the work, and reports the outcome or a broken rule.

import { at, type HardwareType, type ir } from "@chisel-ts/core";
import { ChiselError } from "@chisel-ts/core/error";
import { described } from "../check.ts";
import { elementBytes } from "../column.ts";
import type {
  Model,
  Models,
  NamedModel,
  RegisterScript,
  StreamSink,
  StreamSource,
} from "./models.ts";

/** Cycles by beat: beat b takes element b, and from the first again after the last. */
export type Pattern = Uint32Array;

/** What a source sends in a run. */
export interface SourceWork {
  /**
   * Beats one after the other; the ports of one beat follow one another, each in the bytes of an element of its column:
   * 1, 2, 4, 8 or whole 64-bit words, least significant first.
   */
  readonly beats: Uint8Array;
  /** Cycles that pass between a beat, or the start, and the next. */
  readonly gaps?: Pattern;
  /** For every beat the first cycle of the run in which there is one. */
  readonly arrivals?: Uint32Array;
}

/** What a sink takes in a run. */
export interface SinkWork {
  /** Beats; one more is an error. */
  readonly beats: number;
  /** Cycles for which a beat is valid before it is accepted. */
  readonly delays?: Pattern;
}

/** A step of a script, done before the next begins. */
export type RegisterStep =
  | { readonly write: number; readonly data: number }
  | { readonly read: number }
  /** Reads until the bits of the mask are as they should be. */
  | { readonly poll: number; readonly mask: number; readonly equals: number }
  /** Waits until other models have done their work. */
  | { readonly after: readonly string[] }
  | { readonly idle: number };

export interface RegisterWork {
  readonly steps: readonly RegisterStep[];
}

export interface MemoryWork {
  /** The words, packed as beats are. */
  readonly contents: Uint8Array;
}

type WorkOfModel<M> = M extends StreamSource
  ? SourceWork
  : M extends StreamSink
    ? SinkWork
    : M extends RegisterScript
      ? RegisterWork
      : MemoryWork;

/** The work of a run by models; a model without any stays idle. */
export type Work<M extends Models> = { readonly [N in keyof M]?: WorkOfModel<M[N]> };

export interface SourceOutcome {
  /** The cycle in which each beat was transferred: valid and ready were both high. */
  readonly transfers: Uint32Array;
}
export interface SinkOutcome extends SourceOutcome {
  /** Packed as those of a source; values of signed ports are sign-extended. */
  readonly beats: Uint8Array;
  /** 1 where a beat was marked the last; 0 without such a port. */
  readonly last: Uint8Array;
}
export interface RegisterOutcome {
  /** What each read and each poll gave. */
  readonly reads: Uint32Array;
}
export interface MemoryOutcome {
  readonly contents: Uint8Array;
}

type OutcomeOfModel<M> = M extends StreamSource
  ? SourceOutcome
  : M extends StreamSink
    ? SinkOutcome
    : M extends RegisterScript
      ? RegisterOutcome
      : MemoryOutcome;

/** What a run gave. */
export interface Run<M extends Models> {
  /** Clock edges that passed. */
  readonly cycles: number;
  readonly models: { readonly [N in keyof M]: OutcomeOfModel<M[N]> };
}

/**
 * A circuit broke the rules of a bus, or did not do its work in time: one line.
 *
 * @example
 * console.log(new ProtocolError("valid falls before ready") instanceof ChiselError); // true
 */
export class ProtocolError extends ChiselError {
  override readonly name = "ProtocolError";
}

/** Steps of a script as four words each. */
export const stepWords = 4;
export const stepCode = { write: 0, read: 1, poll: 2, after: 3, idle: 4 } as const;

/** The work of one model, checked and complete. */
export interface Task {
  /** Beats, steps, or words of a memory. */
  readonly count: number;
  /** Beats of a source, words of a memory. */
  readonly bytes: Uint8Array;
  /** Bytes of a beat or a word. */
  readonly size: number;
  /** Gaps or delays. */
  readonly pattern: Uint32Array;
  readonly arrivals: Uint32Array;
  /** Of a script. */
  readonly steps: Uint32Array;
  /** Reads and polls of a script. */
  readonly reads: number;
}

const nothing: Omit<Task, "size"> = {
  ...{ count: 0, bytes: new Uint8Array(), pattern: new Uint32Array(), arrivals: new Uint32Array() },
  ...{ steps: new Uint32Array(), reads: 0 },
};

/** The data ports of a model, in the order of its packed bytes. */
export const dataPorts = (model: Model): readonly string[] =>
  model.kind === "registers" ? [] : model.kind === "memory" ? model.response.data : model.data;

export const bytesOf = (types: readonly HardwareType[]): number =>
  types.reduce((sum, { width }) => sum + elementBytes(width), 0);

/** What turns the work of runs into what each model has to do. @throws RangeError naming the model and what is wrong. */
export function taskReader(
  module: ir.ModuleIr,
  models: readonly NamedModel[],
): (work: unknown) => Task[] {
  const types = new Map(module.portList.map(({ name, type }) => [name, type]));
  const sizes = models.map(({ model }) =>
    bytesOf(dataPorts(model).flatMap((port) => types.get(port) ?? [])),
  );
  const names = new Set(models.map(({ name }) => name));
  return (work) => {
    if (typeof work !== "object" || work === null)
      throw new RangeError(`the work of a run is an object by models, not ${described(work)}`);
    const unknown = Object.keys(work).find((name) => !names.has(name));
    if (unknown !== undefined)
      throw new RangeError(`there is no model ${unknown}; there are ${[...names].join(", ")}`);
    return models.map(({ name, model }, index) => {
      const own: unknown = (work as Readonly<Record<string, unknown>>)[name];
      const size = at(sizes, index);
      if (own === undefined) return { ...nothing, size };
      if (typeof own !== "object" || own === null)
        throw new RangeError(`the work of ${name} is an object, not ${described(own)}`);
      const keys = workKeys[model.kind];
      const wrong = Object.keys(own).find((key) => !keys.includes(key));
      if (wrong !== undefined)
        throw new RangeError(`the work of ${name} has no ${wrong}; it has ${keys.join(", ")}`);
      return { ...nothing, size, ...taskOf(name, model, own, size, models) };
    });
  };
}

const workKeys: Readonly<Record<Model["kind"], readonly string[]>> = {
  source: ["beats", "gaps", "arrivals"],
  sink: ["beats", "delays"],
  registers: ["steps"],
  memory: ["contents"],
};

function taskOf(
  name: string,
  model: Model,
  work: object,
  size: number,
  models: readonly NamedModel[],
): Partial<Task> {
  if (model.kind === "registers") return script(name, (work as RegisterWork).steps, models);
  if (model.kind === "sink") {
    const { beats, delays } = work as SinkWork;
    if (!(Number.isInteger(beats) && beats >= 0 && beats < 2 ** 31))
      throw new RangeError(
        `${name}: beats is ${String(beats)}; a whole number from 0 to 2147483647 is needed`,
      );
    return { count: beats, pattern: cycles(name, "delays", delays) };
  }
  const { beats, contents, gaps, arrivals } = work as Partial<SourceWork & MemoryWork>;
  const what = model.kind === "source" ? "beats" : "contents";
  const bytes: unknown = model.kind === "source" ? beats : contents;
  if (!(bytes instanceof Uint8Array))
    throw new RangeError(`${name}: ${what} are a Uint8Array, not ${described(bytes)}`);
  if (size === 0 ? bytes.length > 0 : bytes.length % size !== 0)
    throw new RangeError(
      `${name}: ${bytes.length} bytes of ${what} are no multiple of ${size}, those of one`,
    );
  const count = size === 0 ? 0 : bytes.length / size;
  const times = cycles(name, "arrivals", arrivals);
  if (arrivals !== undefined && times.length !== count)
    throw new RangeError(`${name}: ${times.length} arrivals for ${count} beats`);
  return { count, bytes, pattern: cycles(name, "gaps", gaps), arrivals: times };
}

function cycles(name: string, what: string, given: unknown): Uint32Array {
  if (given === undefined) return nothing.pattern;
  if (!(given instanceof Uint32Array))
    throw new RangeError(`${name}: ${what} are a Uint32Array, not ${described(given)}`);
  if (given.some((count) => count >= 2 ** 31))
    throw new RangeError(`${name}: ${what} are below 2147483648 cycles`);
  return given;
}

function script(name: string, steps: unknown, models: readonly NamedModel[]): Partial<Task> {
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

/** What ended a run too early: a rule that the circuit broke. */
export const violations = [
  "valid falls before the beat is accepted",
  "a beat changes before it is accepted",
  "valid rises for a beat that nothing asked for",
  "the access is answered with an error",
  "the answer comes before the access is accepted",
  "the address is beyond the memory",
] as const;

export const violation = {
  dropped: 1,
  changed: 2,
  surplus: 3,
  error: 4,
  early: 5,
  beyond: 6,
} as const;

/** What a model has done when a run ends. */
export interface Done {
  /** Beats or steps that are left. */
  readonly left: number;
  /** A number of `violation`, or 0. */
  readonly violation: number;
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
  const placeOf = (index: number): string => {
    const [count, left] = [at(tasks, index).count, at(done, index).left];
    const kind = models[index]?.model.kind === "registers" ? "step" : "beat";
    return `${kind} ${Math.min(count - left, Math.max(0, count))} of ${count}`;
  };
  done.forEach((one, index) => {
    if (one.violation === 0) return;
    const what = at(violations, one.violation - 1);
    throw new ProtocolError(
      `${models[index]?.name} of ${module.name}, cycle ${cycles}, ${placeOf(index)}: ${what}`,
    );
  });
  const waiting = done.flatMap(({ left }, index) =>
    left > 0 && models[index]?.model.kind !== "memory"
      ? [`${models[index]?.name} at ${placeOf(index)}`]
      : [],
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
