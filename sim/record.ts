// Keeps chosen signals in every cycle, to be written as a wave.

import {
  at,
  type Bundle,
  bool,
  checkModule,
  type HardwareType,
  type Module,
  uint,
} from "@chisel-ts/core";
import { checkEngine, checkedCount, namesIn } from "./check.ts";
import { CheckError } from "./checks/result.ts";
import { type Column, type Columns, columnOf, setElement } from "./column.ts";
import type { Engine, Simulation } from "./engine.ts";
import type { Observation } from "./observation.ts";
import { noSignal, typeOfSignal } from "./signals.ts";
import { withSides } from "./simulation.ts";
import { refuseUnknown } from "./unknown.ts";
import type { Wave, WaveSignal } from "./wave/index.ts";

export interface Recording<P extends Bundle> {
  /** The simulation; everything that passes in it is recorded. */
  readonly dut: Simulation<P>;
  /** What has been recorded until now: a signal's value in a cycle is the one before that cycle's edge. */
  wave(): Wave;
}

/** Cycles of a recording. */
interface Chunk extends Observation {
  readonly cycles: number;
}

/**
 * Opens a module so that chosen signals are recorded in every cycle; those alone cost time and memory. The
 * first cycle is the one after the reset that every simulation begins with. Bits that are unknown, which only
 * Icarus knows, are recorded as such.
 *
 * @param signals hierarchical names; `reset` is 1 in the cycles of `dut.reset()`. By default `reset`, where the
 *   module has a clock, and every port.
 * @throws RangeError when there is no such signal.
 *
 * @example
 * const { dut, wave } = record(engines.wasm, mac(), ["reset", "weight"]);
 * dut.step(3);
 * console.log(wave().cycles); // 3
 */
export function record<P extends Bundle>(
  engine: Engine,
  module: Module<P>,
  signals?: readonly string[],
): Recording<P> {
  checkEngine(engine);
  checkModule(module, "record(engines.wasm, module)");
  const all = [...(module.clocked ? [resetName] : []), ...module.portList.map((port) => port.name)];
  const names = [...new Set(namesIn("signals", signals ?? all))];
  const inputs = new Set(module.inputs.map((port) => port.name));
  const types = names.map((name) => {
    const type = name === resetName && module.clocked ? bool() : typeOfSignal(module, name);
    if (!type) throw noSignal(module, name);
    return { name, type };
  });
  const ports = new Set([resetName, ...module.portList.map((port) => port.name)]);
  const simulation = engine.open(module, { watch: names.filter((name) => !ports.has(name)) });
  const chunks: Chunk[] = [];

  /** One cycle of held inputs. */
  const sample = (): void => {
    const columns: Record<string, Column> = {};
    const unknown: Record<string, Column> = {};
    for (const { name, type } of types) {
      const observed = name === resetName ? { value: 1n, unknown: 0n } : simulation.observe(name);
      columns[name] = constant(type, 1, observed.value);
      if (observed.unknown !== 0n) unknown[name] = constant(uint(type.width), 1, observed.unknown);
    }
    chunks.push({ cycles: 1, columns, unknown });
  };
  const observeBatch = (stimulus: Columns, cycles: number): Observation => {
    const held = names.map((name) => (inputs.has(name) ? simulation.observe(name).value : 0n));
    let response: Observation;
    let failure: CheckError | undefined;
    try {
      response = simulation.observeBatch(stimulus, cycles);
    } catch (error) {
      // The cycles have passed: those that led to the failure are what the wave is for.
      if (!(error instanceof CheckError) || !error.observation) throw error;
      response = error.observation;
      failure = error;
    }
    const known = new Map(Object.entries({ ...stimulus, ...response.columns }));
    const columns = types.map(({ name, type }, index): [string, Column] => {
      const column = known.get(name);
      if (column) return [name, column.slice(0, cycles) as Column];
      return [name, constant(type, cycles, at(held, index))];
    });
    chunks.push({ cycles, columns: Object.fromEntries(columns), unknown: response.unknown });
    if (failure) throw failure;
    return response;
  };
  const dut: Simulation<P> = withSides(simulation, {
    ...simulation,
    step: (cycles = 1) => void observeBatch({}, checkedCount(cycles)),
    reset() {
      sample();
      simulation.reset();
    },
    batch(stimulus, cycles) {
      const { columns, unknown } = observeBatch(stimulus, cycles);
      refuseUnknown(columns, unknown);
      return columns;
    },
    observeBatch,
  });
  return {
    dut,
    wave() {
      const cycles = chunks.reduce((sum, chunk) => sum + chunk.cycles, 0);
      const joined = types.map(({ name, type }): WaveSignal => {
        const column = join(type, cycles, chunks, ({ columns }) => columns[name]);
        if (!chunks.some(({ unknown }) => unknown[name])) return { name, type, column };
        const mask = uint(type.width);
        return { name, type, column, unknown: join(mask, cycles, chunks, (c) => c.unknown[name]) };
      });
      return { name: module.name, from: 0, cycles, signals: joined };
    },
  };
}

/** The reset of a module with a clock, which is no port of the circuit's own. */
const resetName = "reset";

function constant(type: HardwareType, length: number, value: bigint): Column {
  const column = columnOf(type, length);
  if (value !== 0n) for (let i = 0; i < length; i++) setElement(column, i, value);
  return column;
}

/** The parts of a column one after the other, 0 where there is none. */
function join(
  type: HardwareType,
  cycles: number,
  chunks: readonly Chunk[],
  partOf: (chunk: Chunk) => Column | undefined,
): Column {
  const column = columnOf(type, cycles);
  let at = 0;
  for (const chunk of chunks) {
    const part = partOf(chunk);
    if (part) {
      for (let i = 0; i < chunk.cycles; i++)
        setElement(column, at + i, BigInt(part[i] as number | bigint));
    }
    at += chunk.cycles;
  }
  return column;
}
