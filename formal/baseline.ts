import type { Format } from "../hdl/format.ts";
import { complete } from "../hdl/parameters.ts";
import type { Property } from "./property.ts";
import { accumulateProperties, macProperties } from "./specification/accumulate.ts";
import { productProperties } from "./specification/product.ts";

const formats: readonly Format[] = ["int8", "e4m3", "e5m2"];
const macNames = ["format", "activation", "accumulator", "terms", "overflow", "pipeline"] as const;

/** MACs of every kind, though not each choice with each other: the accumulator is RF8's but for its width. */
const macs = [
  { activation: "int8", accumulator: "exact", overflow: "wrap", pipeline: 0 },
  { activation: "int16", accumulator: 33, overflow: "saturate", pipeline: 1 },
  { activation: "int8", accumulator: 24, overflow: "saturate", pipeline: 2 },
  { activation: "int16", accumulator: "exact", overflow: "wrap", pipeline: 3 },
] as const;

/** What is proved of the formats that RF8 is compared with: every product, and some accumulators and MACs. */
export const baselineProperties = (): Property[] =>
  formats.flatMap((format) => {
    const sets = macs.map((given) => complete(macNames, { ...given, format }));
    return [
      ...(["int8", "int16"] as const).flatMap((activation) =>
        productProperties({ format, activation }),
      ),
      ...sets.flatMap((parameters) => accumulateProperties(parameters)),
      ...sets.flatMap((parameters) => macProperties(parameters)),
    ];
  });
