import { CircuitError } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import type { Format } from "../format.ts";
import { checkOperands } from "../parameters.ts";
import { fp8Product } from "./fp8.ts";
import { int8Product } from "./int8.ts";
import {
  type ProductOf,
  type ProductParameters,
  productParameters,
  productPorts,
} from "./ports.ts";
import { rf8Product } from "./rf8.ts";

export type { ProductParameters };

const products: Readonly<Record<Format, ProductOf>> = {
  rf8: rf8Product,
  int8: int8Product,
  e4m3: fp8Product("e4m3"),
  e5m2: fp8Product("e5m2"),
};

const productCircuit = (name: string, description: string, registered: boolean) =>
  circuit({
    name,
    description,
    headline: (all) => products[all.format].headline(all),
    parameters: productParameters,
    check(all) {
      checkOperands(all);
      if (all.format === "rf8" && all.multiplier !== "operator")
        throw new CircuitError(`multiplier is ${all.multiplier}, but an RF8 product has none`);
    },
    latency: () => (registered ? 1 : 0),
    ports: productPorts,
    build: (io, all) => products[all.format].build(io, all, registered),
  });

/**
 * W(w)·x of a weight in any format, exactly; 0 and `invalid` where the code is no number.
 *
 * @throws CircuitError for a parameter out of range.
 *
 * @example
 * console.log(product({ format: "int8" }).clocked); // false
 */
export const product = productCircuit("product", "weight times activation, exactly", false);

/**
 * The product with a register inside: before the shift, or between the halves of INT8's multiplication.
 *
 * @example
 * console.log(registeredProduct({ format: "rf8" }).clocked); // true
 */
export const registeredProduct = productCircuit(
  "product_registered",
  "weight times activation, exactly, one cycle later",
  true,
);
