// The work of one model in a run, checked and complete.

import { at, type HardwareType, type ir } from "@chisel-ts/core";
import { described } from "../check.ts";
import { elementBytes } from "../column.ts";
import type { Model } from "./models.ts";
import type { NamedModel } from "./ports.ts";
import { script } from "./script.ts";
import type { BurstWork, MemoryWork, RegisterWork, SinkWork, SourceWork } from "./work.ts";

/** The work of one model, checked and complete. */
export interface Task {
  /** Beats, steps, words of a memory, or bytes of one of bursts. */
  readonly count: number;
  /** Beats of a source, words of a memory. */
  readonly bytes: Uint8Array;
  /** New bytes of a memory of bursts. */
  readonly contents?: Uint8Array;
  /** Bytes of a beat or a word. */
  readonly size: number;
  /** Gaps, delays or stalls. */
  readonly pattern: Uint32Array;
  readonly arrivals: Uint32Array;
  /** Of a script. */
  readonly steps: Uint32Array;
  /** Reads and polls of a script. */
  readonly reads: number;
}

export const nothing: Omit<Task, "size"> = {
  count: 0,
  bytes: new Uint8Array(),
  pattern: new Uint32Array(),
  arrivals: new Uint32Array(),
  steps: new Uint32Array(),
  reads: 0,
};

/** The data ports of a model, in the order of its packed bytes. */
export function dataPorts(model: Model): readonly string[] {
  switch (model.kind) {
    case "source":
    case "sink":
      return model.data;
    case "memory":
      return model.response.data;
    case "burst":
      return [model.data.bits];
    default:
      return [];
  }
}

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
    return models.map((named, index) => {
      const { name, model } = named;
      const own: unknown = (work as Readonly<Record<string, unknown>>)[name];
      const size = at(sizes, index);
      if (own === undefined)
        return { ...nothing, size, ...(model.kind === "burst" && { count: model.bytes }) };
      if (typeof own !== "object" || own === null)
        throw new RangeError(`the work of ${name} is an object, not ${described(own)}`);
      const keys = workKeys[model.kind];
      const wrong = Object.keys(own).find((key) => !keys.includes(key));
      if (wrong !== undefined)
        throw new RangeError(
          `the work of ${name} has no ${wrong}; it has ${keys.join(", ") || "nothing"}`,
        );
      return { ...nothing, size, ...taskOf(named, own, { size, models }) };
    });
  };
}

const workKeys: Readonly<Record<Model["kind"], readonly string[]>> = {
  source: ["beats", "gaps", "arrivals"],
  sink: ["beats", "delays"],
  registers: ["steps"],
  memory: ["contents"],
  burst: ["contents", "stalls"],
  until: [],
};

function taskOf(
  { name, model }: NamedModel,
  work: object,
  { size, models }: { readonly size: number; readonly models: readonly NamedModel[] },
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
  if (model.kind === "burst") return burst(name, work, model.bytes);
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

function burst(name: string, { contents, stalls }: BurstWork, bytes: number): Partial<Task> {
  if (contents !== undefined && !(contents instanceof Uint8Array))
    throw new RangeError(`${name}: contents are a Uint8Array, not ${described(contents)}`);
  if (contents && contents.length > bytes)
    throw new RangeError(`${name}: ${contents.length} bytes of contents; the memory has ${bytes}`);
  const pattern = cycles(name, "stalls", stalls);
  const wrong = pattern.find((which) => which > 7);
  if (wrong !== undefined)
    throw new RangeError(`${name}: stalls has ${wrong}; 0 to 7 say which streams stall`);
  return { count: bytes, pattern, ...(contents && { contents }) };
}

export function cycles(name: string, what: string, given: unknown): Uint32Array {
  if (given === undefined) return nothing.pattern;
  if (!(given instanceof Uint32Array))
    throw new RangeError(`${name}: ${what} are a Uint32Array, not ${described(given)}`);
  if (given.some((count) => count >= 2 ** 31))
    throw new RangeError(`${name}: ${what} are below 2147483648 cycles`);
  return given;
}
