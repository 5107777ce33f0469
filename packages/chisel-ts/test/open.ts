import {
  type Bundle,
  fromBits,
  type ir,
  type Module,
  mapPorts,
  type Side,
  toBits,
  valueAt,
} from "../src/index.ts";
import { Interpreter } from "./verilog/interpret.ts";

/** A circuit that runs in the witness of the IR, from a reset. */
export interface Running<P extends Bundle> {
  /** Inputs to assign: 0 at first. */
  readonly in: Side<P, "input", "value">;
  /** Outputs for the present inputs and state. */
  readonly out: Side<P, "output", "value">;
  step(): void;
  /** Every output, by its flat name, in every cycle of columns of inputs by theirs. */
  batch(columns: Readonly<Record<string, ArrayLike<number>>>, cycles: number): Columns;
}
type Columns = Readonly<Record<string, number[]>>;

/** Runs a circuit with nothing but the language's own interpreter. */
export function open<P extends Bundle>(module: Module<P>): Running<P> {
  const run = new Interpreter(module);
  const side = (direction: "input" | "output", value: (port: ir.PortInfo) => unknown) =>
    mapPorts(module.ports, (port) => (port.direction === direction ? value(port) : undefined));
  const inputs = side("input", ({ type }) => (type.kind === "bool" ? false : 0n));
  const given = (): Map<string, bigint> =>
    new Map(
      module.portList
        .filter(({ direction }) => direction === "input")
        .map(({ name, path, type }) => [name, toBits(type, valueAt(inputs, path) as bigint)]),
    );
  run.step(given(), true);
  return {
    in: inputs as Running<P>["in"],
    get out() {
      const values = run.outputs(given());
      return side("output", ({ name, type }) =>
        type.kind === "bool" ? values.get(name) === 1n : fromBits(type, values.get(name)!),
      ) as Running<P>["out"];
    },
    step: () => run.step(given(), false),
    batch(columns, cycles) {
      const found: Record<string, number[]> = Object.fromEntries(
        module.outputs.map(({ name }) => [name, []]),
      );
      for (let cycle = 0; cycle < cycles; cycle++) {
        const bits = new Map(
          module.inputs.map(({ name, type }) => [name, toBits(type, columns[name]![cycle]!)]),
        );
        const values = run.outputs(bits);
        for (const { name, type } of module.outputs)
          found[name]!.push(Number(fromBits(type, values.get(name)!)));
        run.step(bits, false);
      }
      return found;
    },
  };
}
