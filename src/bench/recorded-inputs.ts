import { at, fromBits, type Module } from "@chisel-ts/core";
import { type Column, columnOf, setElement } from "../../sim/column.ts";
import { outcomeOf } from "../../sim/drive/outcome.ts";
import { checkModels } from "../../sim/drive/ports.ts";
import { referenceRunner } from "../../sim/drive/reference/runner.ts";
import { taskReader } from "../../sim/drive/task.ts";
import { type Engine, engines } from "../../sim/index.ts";
import type { Played } from "../../sim/verilator/playback.ts";

/** A circuit, and the inputs of every cycle of a run of models. */
export interface RecordedRun extends Played {
  readonly module: Module;
}

/**
 * The inputs of a run as its models set them, and a cycle at the end in which they are 0.
 *
 * @param drive opens a circuit with models on the engine and does one run; the simulation has `run` alone.
 * @param held values of ports that no model drives.
 */
export function recordedInputs(
  drive: (engine: Engine) => unknown,
  held: Readonly<Record<string, bigint>> = {},
): RecordedRun {
  let recorded: RecordedRun | undefined;
  const open = (module: Module, { models }: { readonly models?: object } = {}) => ({
    run(work: unknown, maxCycles: number) {
      const { outcome, ...inputs } = runOnce(module, models, { held, work, maxCycles });
      recorded = { module, ...inputs };
      return outcome;
    },
    close() {},
  });
  drive({ name: "recorder", open: open as never });
  if (!recorded) throw new Error("nothing was run");
  return recorded;
}

/** Values of the inputs that no model drives, and the work of the models. */
interface RunOnce {
  readonly held: Readonly<Record<string, bigint>>;
  readonly work: unknown;
  readonly maxCycles: number;
}

function runOnce(module: Module, models: unknown, { held, work, maxCycles }: RunOnce) {
  const named = checkModels(module, models);
  const dut = engines.wasm.open(module);
  const inputs = module.portList.filter(({ direction }) => direction === "input");
  const types = new Map(module.portList.map(({ name, type }) => [name, type]));
  const values = new Map(inputs.map(({ name }) => [name, 0n]));
  const rows: ReadonlyMap<string, bigint>[] = [];
  const write = (name: string, bits: bigint): void => {
    const value = fromBits(at(types, name), bits);
    values.set(name, value);
    dut.poke(name, value);
  };
  for (const [name, value] of Object.entries(held)) write(name, value);
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
  rows.push(new Map(inputs.map(({ name }) => [name, held[name] ?? 0n])));
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
