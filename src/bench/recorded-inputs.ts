import { at, type Bundle, fromBits, type Module } from "@chisel-ts/core";
import { type Column, columnOf, setElement } from "../../sim/column.ts";
import { outcomeOf } from "../../sim/drive/outcome.ts";
import { checkModels } from "../../sim/drive/ports.ts";
import { referenceRunner } from "../../sim/drive/reference/runner.ts";
import { taskReader } from "../../sim/drive/task.ts";
import { type Engine, engines, type Simulation } from "../../sim/index.ts";
import type { Played } from "../../sim/verilator/playback.ts";

/** A circuit, and the inputs of every cycle of a run of models. */
export interface RecordedRun extends Played {
  readonly module: Module;
}

/**
 * The inputs of a run as its models set them, and a cycle at the end in which they are 0.
 *
 * @param drive opens a circuit with models on the engine and does one run; the simulation has `run` alone.
 * @param begin sets ports that no model drives, and may let cycles pass before the run.
 */
export function recordedInputs<P extends Bundle>(
  drive: (engine: Engine) => unknown,
  begin: (dut: Simulation<P>) => void = () => {},
): RecordedRun {
  let recorded: RecordedRun | undefined;
  const open = (module: Module<P>, { models }: { readonly models?: object } = {}) => ({
    run(work: unknown, maxCycles: number) {
      const { outcome, ...inputs } = runOnce(module, models, { begin, work, maxCycles });
      recorded = { module: module as unknown as Module, ...inputs };
      return outcome;
    },
    close() {},
  });
  drive({ name: "recorder", open: open as never });
  if (!recorded) throw new Error("nothing was run");
  return recorded;
}

/** What comes before the run, and the work of the models. */
interface RunOnce<P extends Bundle> {
  readonly begin: (dut: Simulation<P>) => void;
  readonly work: unknown;
  readonly maxCycles: number;
}

function runOnce<P extends Bundle>(
  module: Module<P>,
  models: unknown,
  { begin, work, maxCycles }: RunOnce<P>,
) {
  const named = checkModels(module, models);
  const dut = engines.wasm.open(module);
  const inputs = module.portList.filter(({ direction }) => direction === "input");
  const types = new Map(module.portList.map(({ name, type }) => [name, type]));
  begin(dut);
  const held = inputs.map(({ name }) => [name, dut.observe(name).value] as const);
  const values = new Map(held);
  const rows: ReadonlyMap<string, bigint>[] = [];
  const write = (name: string, bits: bigint): void => {
    const value = fromBits(at(types, name), bits);
    values.set(name, value);
    dut.poke(name, value);
  };
  const run = referenceRunner(module, named, {
    read: (name) => BigInt.asUintN(at(types, name).width, dut.observe(name).value),
    write,
    edge() {
      rows.push(new Map(values));
      dut.step();
    },
  });
  const tasks = taskReader(module, named)(work);
  const outcome = outcomeOf(module, named, tasks, run(tasks, maxCycles));
  rows.push(new Map(held));
  dut.close();
  const columns = inputs.map(({ name, type }): [string, Column] => {
    const column = columnOf(type, rows.length);
    rows.forEach((row, cycle) => {
      setElement(column, cycle, row.get(name) ?? 0n);
    });
    return [name, column];
  });
  return { outcome, columns: Object.fromEntries(columns), cycles: rows.length };
}
