import {
  input,
  type ir,
  module,
  type OperationName,
  operations,
  output,
  uint,
} from "../../src/index.ts";
import { operate } from "../../src/operate.ts";
import { UInt } from "../../src/signal.ts";

/** A reproducible stream of whole numbers below a bound (xorshift32). */
export function numbers(seed: number): (bound: number) => number {
  let state = seed * 2654435761 + 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

export const bitsBelow = (width: number, next: (bound: number) => number): bigint =>
  Array.from({ length: width }, () => BigInt(next(4096) & 1)).reduce(
    (all, b) => (all << 1n) | b,
    0n,
  );

/** A module of random operations on random earlier values, most of them read once. */
export function randomModule(seed: number, size = 60): ir.ModuleIr {
  const next = numbers(seed);
  const names = Object.keys(operations) as OperationName[];
  const widths = [1, 3, 8, 13];
  const inputs = Object.fromEntries(widths.map((w) => [`in_${w}`, input(uint(w))]));
  const outputs = Object.fromEntries(widths.map((w) => [`out_${w}`, output(uint(w))]));
  return module({ name: `random_${seed}`, ports: { ...inputs, ...outputs } }, (io) => {
    const pool = widths.map((w) => (io[`in_${w}`] as UInt).node);
    const fit = (node: ir.Node, width: number): ir.Node => {
      if (node.width === width) return node;
      return node.width > width
        ? operate("slice", [node], [width - 1, 0])
        : operate(next(2) === 0 ? "zeroExtend" : "signExtend", [node], [width]);
    };
    const pick = (width?: number): ir.Node => {
      const recent =
        next(3) === 0 ? next(pool.length) : pool.length - 1 - next(Math.min(6, pool.length));
      const node = pool[recent]!;
      return width === undefined ? node : fit(node, width);
    };
    for (let made = 0; made < size; made += 1) {
      const name = names[next(names.length)]!;
      const width = widths[next(widths.length)]!;
      const parameters =
        name === "slice"
          ? [width - 1, next(width)]
          : name.endsWith("Extend")
            ? [width + next(3)]
            : [];
      const count =
        operations[name].arity === "many" ? 1 + next(3) : (operations[name].arity as number);
      const operands = Array.from({ length: count }, (_, i) =>
        pick(name === "mux" && i === 0 ? 1 : name.startsWith("shift") && i === 1 ? 3 : width),
      );
      pool.push(fit(operate(name, operands, parameters), widths[next(widths.length)]!));
    }
    for (const width of widths) {
      const all = pool.map((node) => fit(node, width));
      const value = all.reduce((sum, node) => operate(next(2) ? "xor" : "subtract", [sum, node]));
      (io[`out_${width}`] as { set(value: UInt): void }).set(new UInt(uint(width), value));
    }
  });
}
