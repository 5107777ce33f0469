import type { Bundle, Module } from "@chisel-ts/core";
import { type Column, type Columns, columnOf, setElement } from "./column.ts";
import type { Engine, Simulation } from "./engine.ts";
import { typeOfSignal } from "./signals.ts";
import type { Wave, WaveSignal } from "./wave/index.ts";

export interface Recording<P extends Bundle> {
  /** The simulation; everything that passes in it is recorded. */
  readonly dut: Simulation<P>;
  /** What has been recorded until now: a signal's value in a cycle is the one before that cycle's edge. */
  wave(): Wave;
}

/**
 * Opens a module so that chosen signals are recorded in every cycle; those alone cost time and memory. The
 * first cycle is the one after the reset that every simulation begins with.
 *
 * @param signals hierarchical names, or every port.
 * @throws RangeError when there is no such signal.
 */
export function record<P extends Bundle>(
  engine: Engine,
  module: Module<P>,
  signals: readonly string[] = module.portList.map((port) => port.name),
): Recording<P> {
  const names = [...new Set(signals)];
  const inputs = new Set(module.inputs.map((port) => port.name));
  const types = names.map((name) => {
    const type = typeOfSignal(module, name);
    if (!type) throw new RangeError(`${module.name} has no signal ${name}`);
    return { name, type };
  });
  const ports = new Set(module.portList.map((port) => port.name));
  const simulation = engine.open(module, { watch: names.filter((name) => !ports.has(name)) });
  const chunks: { readonly cycles: number; readonly columns: Columns }[] = [];

  /** One cycle of held inputs. */
  const sample = (): void => {
    const columns: Record<string, Column> = {};
    for (const { name, type } of types) {
      const column = columnOf(type, 1);
      setElement(column, 0, simulation.peek(name));
      columns[name] = column;
    }
    chunks.push({ cycles: 1, columns });
  };
  const dut: Simulation<P> = {
    ...simulation,
    step: (cycles = 1) => void dut.batch({}, cycles),
    reset() {
      sample();
      simulation.reset();
    },
    batch(stimulus, cycles) {
      const held = new Map(
        names.map((name) => [name, inputs.has(name) ? simulation.peek(name) : 0n]),
      );
      const response = simulation.batch(stimulus, cycles);
      const known = new Map(Object.entries({ ...stimulus, ...response }));
      const columns = types.map(({ name, type }): [string, Column] => {
        const column = known.get(name);
        if (column) return [name, column.slice(0, cycles) as Column];
        const constant = columnOf(type, cycles);
        for (let i = 0; i < cycles; i++) setElement(constant, i, held.get(name) ?? 0n);
        return [name, constant];
      });
      chunks.push({ cycles, columns: Object.fromEntries(columns) });
      return response;
    },
  };
  return {
    dut,
    wave() {
      const cycles = chunks.reduce((sum, chunk) => sum + chunk.cycles, 0);
      const joined = types.map(({ name, type }): WaveSignal => {
        const column = columnOf(type, cycles);
        let at = 0;
        for (const chunk of chunks) {
          const part = chunk.columns[name] ?? [];
          for (let i = 0; i < chunk.cycles; i++) setElement(column, at + i, BigInt(part[i] ?? 0));
          at += chunk.cycles;
        }
        return { name, type, column };
      });
      return { name: module.name, from: 0, cycles, signals: joined };
    },
  };
}
