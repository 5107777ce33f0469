import type { CircuitParameters } from "../hdl/parameters.ts";
import { complete, parameters as table } from "../hdl/parameters.ts";
import { baselineProperties } from "./baseline.ts";
import type { Property } from "./property.ts";
import { accumulateProperties, macProperties } from "./specification/accumulate.ts";
import { decodeProperties } from "./specification/decode.ts";
import { productProperties } from "./specification/product.ts";

const accumulateNames = ["format", "activation", "accumulator", "terms", "overflow"] as const;

/** The circuits that have properties, and those of one parameter set. */
const circuits: Readonly<Record<string, (given: Partial<CircuitParameters>) => Property[]>> = {
  decode: decodeProperties,
  product: (given) => productProperties(complete(["format", "activation"], given)),
  accumulate: (given) => accumulateProperties(complete(accumulateNames, given)),
  mac: (given) => macProperties(complete([...accumulateNames, "pipeline"], given)),
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

/** Accumulators of every kind: exact, narrower than a product, about as wide, wider, the widest. */
const accumulators = ["exact", 8, 24, 33, 64] as const;

/** The properties of every circuit for parameter sets of every kind: for RF8 each choice with each other. */
export function everyProperty(): Property[] {
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
    ...baselineProperties(),
  ];
}
