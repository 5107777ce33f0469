import { accumulateReference } from "./accumulate.ts";
import { decodeReference } from "./decode.ts";
import { macReference } from "./mac.ts";
import type { ModelParameters } from "./parameters.ts";
import { productReference } from "./product.ts";
import type { Reference } from "./reference.ts";
import { systolicReference } from "./systolic.ts";

/** The reference of each circuit, by the circuit's name. */
export const references = {
  decode: decodeReference,
  product: productReference,
  accumulate: accumulateReference,
  mac: macReference,
  systolic: systolicReference,
} satisfies Readonly<Record<string, (parameters: ModelParameters) => Reference>>;
