import { type Module, valueAt } from "@chisel-ts/core";
import { withoutChecks } from "../../../formal/checks.ts";
import type { Columns } from "../../../sim/column.ts";
import type { Engine } from "../../../sim/engine.ts";

/** Cycles of the first batch. */
export const cycles = 100;
/** Cycles of the second batch, after a reset in the middle of things. */
const again = 10;

/** Every output's values: of a batch, after three steps, and of a second batch after a reset. */
export type Trace = Readonly<Record<string, readonly bigint[]>>;

/** Runs a circuit from power-up, without its checks: those keep a module out of loops, and have a test of their own. */
export function trace(engine: Engine, checked: Module, stimulus: Columns): Trace {
  const circuit = withoutChecks(checked);
  const simulation = engine.open(circuit);
  try {
    const first = simulation.batch(stimulus, cycles);
    simulation.step(3);
    const outputs = circuit.portList.filter((port) => port.direction === "output");
    const stepped = outputs.map(({ path }) => BigInt(valueAt(simulation.out, path) as bigint));
    simulation.reset();
    const second = simulation.batch(stimulus, again);
    const values = (columns: Columns, name: string): bigint[] => Array.from(columns[name]!, BigInt);
    return Object.fromEntries(
      outputs.map(({ name }, i) => [
        name,
        [...values(first, name), stepped[i]!, ...values(second, name)],
      ]),
    );
  } finally {
    simulation.close();
  }
}

/** The first output and cycle in which a trace is not as wanted, in words; `undefined` where it is. */
export function difference(wanted: Trace, found: Trace, prefix = ""): string | undefined {
  for (let cycle = 0; cycle <= cycles + again; cycle++) {
    for (const [port, values] of Object.entries(wanted)) {
      const other = found[`${prefix}${port}`]?.[cycle];
      if (values[cycle] === other) continue;
      const when =
        cycle < cycles
          ? `cycle ${cycle}`
          : cycle === cycles
            ? "the value after three more steps"
            : `cycle ${cycle - cycles - 1} after the reset`;
      return `output ${port}, ${when}: the interpreter has ${values[cycle]}, this engine ${other}`;
    }
  }
  return undefined;
}
