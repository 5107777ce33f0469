import type { Module } from "@chisel-ts/core";
import { circuitOf } from "../hdl/format.ts";
import type { CircuitParameters } from "../hdl/parameters.ts";
import { complete, parameters as table } from "../hdl/parameters.ts";
import type { Property } from "./property.ts";
import { accumulateProperties, macProperties } from "./specification/accumulate.ts";
import { decodeProperties } from "./specification/decode.ts";
import { productProperties } from "./specification/product.ts";
import { queueProperties } from "./specification/queue.ts";

const accumulateNames = ["format", "activation", "accumulator", "terms", "overflow"] as const;

/** Counts with and without codes to spare, below and at a power of two; other widths and depths are argued. */
const queueShapes = [1, 2, 3, 4, 8].flatMap((depth) =>
  [1, 8, 33].map((width) => ({ width, depth })),
);

/** The circuits that have properties, and those of one parameter set. */
const circuits: Readonly<Record<string, (given: Partial<CircuitParameters>) => Property[]>> = {
  decode: decodeProperties,
  product: (given) => productProperties(complete(["format", "activation"], given)),
  accumulate: (given) => accumulateProperties(complete(accumulateNames, given)),
  mac: (given) => macProperties(complete([...accumulateNames, "pipeline"], given)),
  queue: () => queueShapes.flatMap(queueProperties),
};

export const provable: readonly string[] = Object.keys(circuits);

/**
 * What is proved of a circuit.
 *
 * @throws RangeError when the circuit has no properties; CircuitError for a parameter out of range.
 */
export function propertiesOf(circuit: string, given: Partial<CircuitParameters>): Property[] {
  const properties = Object.hasOwn(circuits, circuit) ? circuits[circuit] : undefined;
  if (!properties) throw new RangeError(`${circuit} has no properties`);
  return properties(given);
}

/** What is proved of a module, by its name and the parameters it was built with; nothing where it has no properties. */
export function propertiesAbout({ name, parameters }: Module): Property[] {
  const { circuit, format } = circuitOf(name);
  if (name.startsWith("queue_")) {
    return queueProperties({ width: Number(parameters.width), depth: Number(parameters.depth) });
  }
  return provable.includes(circuit) ? propertiesOf(circuit, { format, ...parameters }) : [];
}

/** Accumulators of every kind: exact, narrower than a product, about as wide, wider, the widest. */
const kinds = ["exact", 8, 24, 33, 64] as const;

/** Every accumulator that can be asked for. Those for other `terms` are among them: an exact width is a width. */
const all = ["exact", ...Array.from({ length: 57 }, (_, index) => index + 8)] as const;

/** The properties of every circuit for parameter sets of every kind: each choice with each other. */
export const properties = (): Property[] => propertiesWith(kinds);

/** The properties of every circuit for every parameter set. */
export const everyProperty = (): Property[] => propertiesWith(all);

function propertiesWith(accumulators: readonly CircuitParameters["accumulator"][]): Property[] {
  const activations = ["int8", "int16"] as const;
  const sums = activations.flatMap((activation) =>
    accumulators.flatMap((accumulator) =>
      (["wrap", "saturate"] as const).map((overflow) => ({
        ...{ activation, accumulator, overflow, terms: table.terms.default },
      })),
    ),
  );
  return [
    ...propertiesOf("decode", {}),
    ...activations.flatMap((activation) => propertiesOf("product", { activation })),
    ...sums.flatMap((given) => propertiesOf("accumulate", given)),
    ...sums.flatMap((given) =>
      [0, 1, 2, 3].flatMap((pipeline) => propertiesOf("mac", { ...given, pipeline })),
    ),
    ...propertiesOf("queue", {}),
  ];
}
