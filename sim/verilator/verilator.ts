// The engine `verilator`, on either kind of model.

import { at, type Bundle, emitDesign, type ir, type Module, resetPortOf } from "@chisel-ts/core";
import type { Files, Model, ModelInterface } from "verilator-wasm";
import type { Bits } from "../backend.ts";
import { bytesFor, type Columns, columnBytes, columnOn, elementBytes } from "../column.ts";
import type { Models } from "../drive/models.ts";
import type { Engine, Lanes, Opened, OpenOptions, Simulation } from "../engine.ts";
import { fewLanesApart } from "../lanes.ts";
import { NativeBackend } from "../native/backend.ts";
import { findWatched, type WatchedSignal } from "../native/watch.ts";
import type { Observation } from "../observation.ts";
import { type Opening, openOptions } from "../options.ts";
import { simulation } from "../simulation.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import { openCompiled } from "./compiled.ts";
import { openNative } from "./native.ts";

/**
 * Verilator as WebAssembly; with RF8_VERILATOR an installed one: `native` is the one on the PATH, anything else
 * the path of a program.
 */
export const verilator: Engine = engineOn(() => process.env.RF8_VERILATOR);

/** The engine on an installed Verilator. */
export const verilatorAt = (program: string): Engine => engineOn(() => program);

function engineOn(program: () => string | undefined): Engine {
  function open<P extends Bundle, M extends Models, L extends Lanes>(
    module: Module<P>,
    options: OpenOptions<M, L> = {},
  ): Opened<L, Simulation<P, M>> {
    const { lanes, ...opening } = openOptions(module, options);
    const one = (): Simulation<P, M> => openOne(module, opening, program());
    return (lanes === undefined ? one() : fewLanesApart("verilator", module, lanes, one)) as Opened<
      L,
      ReturnType<typeof one>
    >;
  }
  return { name: "verilator", open };
}

function openOne<P extends Bundle, M extends Models>(
  module: Module<P>,
  { watch, models }: Omit<Opening, "lanes">,
  program: string | undefined,
): Simulation<P, M> {
  const watched = findWatched(module, watch);
  const { files } = emitDesign(module, { models: true });
  const texts: Files = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  const model = interfaceOf(module, watched);
  const running = program
    ? openNative(program === "native" ? "verilator" : program, texts, model)
    : { ...openCompiled(texts, model), close() {} };
  return simulation(module, new VerilatorBackend(module, watched, running), models);
}

export function interfaceOf(
  module: ir.ModuleIr,
  watched: readonly WatchedSignal[],
): ModelInterface {
  const reset = resetPortOf(module);
  return {
    top: module.name,
    ports: module.portList.map(({ name, direction, type }) => ({
      name,
      direction,
      width: type.width,
      signed: type.kind === "sint",
    })),
    ...(module.clocked ? { clock: "clock" } : {}),
    ...(reset === undefined ? {} : { reset, resetActive: module.reset.active }),
    probes: watched.map(({ path, type }) => ({
      path,
      width: type.width,
      signed: type.kind === "sint",
    })),
  };
}

/** Bytes of one run's columns at most. */
const blockBytes = 1 << 20;

class VerilatorBackend extends NativeBackend {
  readonly #model: Model;

  constructor(
    module: ir.ModuleIr,
    watched: readonly WatchedSignal[],
    model: Model & { close(): void },
  ) {
    super(module, watched, model);
    this.#model = model;
  }

  protected clock(cycles: number, reset: boolean): void {
    this.#model.step(this.#heldBytes(), cycles, reset);
  }

  protected run(stimulus: Columns, cycles: number): Observation {
    const columns = this.inputs.map(({ name, type }) =>
      columnBytes(stimulus[name] ?? [], type.width),
    );
    const sizes = this.inputs.map(({ type }) => elementBytes(type.width));
    const answered = this.answered.map(({ type }) => elementBytes(type.width));
    const total = [...sizes, ...answered].reduce((sum, size) => sum + size, 1);
    const results = this.answered.map(({ type }) => bytesFor(type, cycles));
    const block = Math.max(1, Math.floor(blockBytes / total));
    for (let first = 0; first < cycles; first += block) {
      const count = Math.min(block, cycles - first);
      const given = columns.map((column, index) => {
        const size = at(sizes, index);
        return column.subarray(size * first, size * (first + count));
      });
      this.#model.run(given, count).forEach((bytes, index) => {
        results[index]?.set(bytes, at(answered, index) * first);
      });
    }
    const response = this.answered.map(({ name, type }, index) => [
      name,
      columnOn(type, results[index]?.buffer ?? new ArrayBuffer()),
    ]);
    return { columns: Object.fromEntries(response), unknown: {} };
  }

  protected evaluate(): ReadonlyMap<string, Bits> {
    const answers = this.#model.step(this.#heldBytes(), 0, false);
    return new Map(
      this.answered.map(({ name, type }, index) => {
        const bits = BigInt.asUintN(type.width, fromBytes(answers[index] ?? new Uint8Array()));
        return [name, { bits }];
      }),
    );
  }

  #heldBytes(): Uint8Array[] {
    return this.inputs.map(({ name, type }) =>
      toBytes(this.held.get(name) ?? 0n, elementBytes(type.width)),
    );
  }
}
