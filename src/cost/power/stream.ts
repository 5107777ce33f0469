import { at, type ir, type Module } from "@chisel-ts/core";
import { CostError } from "../error.ts";
import type { Stimulus } from "../gates/lanes.ts";
import type { DotProduct } from "./operands.ts";

/** A stimulus, and how many products of its operands it has; lanes beyond the end of a row have zeros and do not count. */
export interface OperandStream extends Stimulus {
  readonly macs: number;
}

/** What the control inputs of a unit are while operands stream in. */
const levels: Readonly<Record<string, number>> = {
  enable: 1,
  requantize: 1,
  relu: 0,
};

/** Inputs that stay 0: what they load is nothing's energy of a product. */
const idle = /^(header|copy)(_|$)/;

type Ports = readonly ir.PortInfo[];

const inputsOf = (module: Module): Ports =>
  module.portList.filter(({ direction }) => direction === "input");

const lanesNamed = (ports: Ports, what: string): Ports =>
  ports.filter(({ name }) => name === what || name.startsWith(`${what}_`));

/**
 * The activations' port type. @throws CostError for a circuit without weights and activations.
 *
 * @example
 * const { kind, width } = activationTypeOf(mac({ activation: "int16" }));
 * console.log(`${kind} ${width}`); // sint 16
 */
export function activationTypeOf(module: Module): ir.PortInfo["type"] {
  const [port] = lanesNamed(inputsOf(module), "activation");
  if (!port || lanesNamed(inputsOf(module), "weight").length === 0)
    throw new CostError(
      `${module.name} does not take weights and activations together; power is of product, mac and dot`,
    );
  return port.type;
}

/**
 * Dot products as a unit takes them: as many terms a cycle as it has lanes, each product beginning with `clear`. A unit that
 * takes weights a cycle before their activations has them so.
 *
 * @throws CostError for a circuit with other inputs.
 *
 * @example
 * const stream = streamOf(mac(), [{ codes: Uint8Array.of(1, 2, 3), activations: [3, -1, 4] }]);
 * console.log(`${stream.cycles} ${stream.columns.clear.join("")}`); // 3 100
 */
export function streamOf(module: Module, products: readonly DotProduct[]): OperandStream {
  const ports = inputsOf(module);
  const weights = lanesNamed(ports, "weight");
  const activations = lanesNamed(ports, "activation");
  const clear = ports.some(({ name }) => name === "clear");
  // A row of the accelerator: it stores weights in the cycle before their activations.
  const isRow = ports.some(({ name }) => name === "requantize");
  const early = isRow ? 1 : 0;
  activationTypeOf(module);
  const lanes = weights.length;
  const known = (name: string): boolean =>
    name in levels || name === "clear" || idle.test(name) || (isRow && name === "load");
  const strange = ports.find(
    (port) => ![...weights, ...activations].includes(port) && !known(port.name),
  );
  if (strange || lanes !== activations.length)
    throw new CostError(
      `${module.name} has the input ${strange?.name ?? activations[lanes]?.name ?? "weight"}, which no operand goes to; power is of product, mac and dot`,
    );
  const beats = products.map(({ codes }) => Math.ceil(codes.length / lanes));
  const cycles = beats.reduce((sum, count) => sum + count, 0);
  const columns: Record<string, Int32Array> = {};
  for (const { name } of ports) columns[name] = new Int32Array(cycles).fill(levels[name] ?? 0);
  if (isRow) columns.load = new Int32Array(cycles).fill(1);
  if (module.clocked) columns.reset = new Int32Array(cycles);
  const starts = new Int32Array(products.length);
  let cycle = 0;
  products.forEach(({ codes, activations: x }, index) => {
    starts[index] = cycle;
    if (clear) (columns.clear as Int32Array)[cycle] = 1;
    for (let term = 0; term < codes.length; term++) {
      const beat = cycle + Math.floor(term / lanes);
      const lane = term % lanes;
      // The first weights come in the last cycle of all: the stimulus is a circle.
      const loaded = (beat - early + cycles) % cycles;
      (columns[at(weights, lane).name] as Int32Array)[loaded] = codes[term] as number;
      (columns[at(activations, lane).name] as Int32Array)[beat] = x[term] as number;
    }
    cycle += at(beats, index);
  });
  return {
    columns,
    cycles,
    // Nothing is kept from one vector to the next where nothing is cleared.
    starts: clear ? starts : Int32Array.from({ length: cycles }, (_, start) => start),
    macs: products.reduce((sum, { codes }) => sum + codes.length, 0),
  };
}
