import { mac } from "../hdl/mac.ts";
import { product } from "../hdl/product/product.ts";
import type { Property } from "./property.ts";
import { accumulateProperties, macProperties } from "./specification/accumulate.ts";
import { productProperties } from "./specification/product.ts";

/** Formats with the activations that they meet. */
const operands = [
  { format: "int8", activation: "int8" },
  { format: "int8", activation: "int16" },
  { format: "e4m3", activation: "int8" },
  { format: "e4m3", activation: "int16" },
  { format: "e4m3", activation: "e4m3" },
  { format: "e5m2", activation: "int8" },
  { format: "e5m2", activation: "int16" },
] as const;

/** MACs of every kind, though not each choice with each other: the accumulator is RF8's but for its width. */
const macs = [
  { accumulator: "exact", overflow: "wrap", pipeline: 0 },
  { accumulator: 33, overflow: "saturate", pipeline: 1 },
  { accumulator: 24, overflow: "saturate", pipeline: 2 },
  { accumulator: "exact", overflow: "wrap", pipeline: 3 },
] as const;

/** How multiplications and additions are written: Verilog's operators, and what `rf8 compare` takes. */
const someWritten = [
  { multiplier: "operator", adder: "operator" },
  { multiplier: "booth-dadda", adder: "sklansky" },
] as const;

/** Each multiplier and each adder, though not each with each other. */
const moreWritten = [
  { multiplier: "array", adder: "ripple" },
  { multiplier: "wallace", adder: "kogge-stone" },
  { multiplier: "dadda", adder: "ripple" },
  { multiplier: "booth-array", adder: "brent-kung" },
  { multiplier: "booth-wallace", adder: "operator" },
] as const;

type Written = (typeof someWritten | typeof moreWritten)[number];

/** The products, and an accumulator and a MAC of each kind. */
const propertiesOf = (written: readonly Written[]): Property[] =>
  operands.flatMap((operand, at) => {
    const products = written.map((choice) => product.complete({ ...operand, ...choice }));
    const sets = macs.map((kind, index) =>
      mac.complete({ ...operand, ...kind, ...written[(at + index) % written.length] }),
    );
    return [
      ...products.flatMap(productProperties),
      ...sets.flatMap((set) => accumulateProperties({ ...set, lanes: 1 })),
      ...sets.flatMap(macProperties),
    ];
  });

/** What is proved of the formats that RF8 is compared with. */
export const baselineProperties = (): Property[] => propertiesOf(someWritten);

/** The same of everything that they can be written with. */
export const moreBaselineProperties = (): Property[] => propertiesOf(moreWritten);
