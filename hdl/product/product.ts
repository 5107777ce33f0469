import { CircuitError, type Module } from "@chisel-ts/core";
import { type CircuitParameters, complete } from "../parameters.ts";
import { fp8Product } from "./fp8.ts";
import { int8Product } from "./int8.ts";
import type { ProductPorts } from "./ports.ts";
import { product, registeredProduct } from "./rf8.ts";

export const productNames = ["format", "activation", "multiplier", "adder"] as const;

export type ProductParameters = Pick<CircuitParameters, (typeof productNames)[number]>;

function choose(given: Partial<ProductParameters>, registered: boolean): Module<ProductPorts> {
  const { format, activation, multiplier, adder } = complete(productNames, given);
  switch (format) {
    case "rf8":
      if (multiplier !== "operator") {
        throw new CircuitError(`multiplier is ${multiplier}, but an RF8 product has none`);
      }
      return (registered ? registeredProduct : product)({ activation, adder });
    case "int8":
      return int8Product({ format, activation, multiplier, adder, registered });
    default:
      return fp8Product({ format, activation, multiplier, adder, registered });
  }
}

/**
 * W(w)·x of a weight in any format, exactly; 0 and `invalid` where the code is no number.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const productOf = (given: Partial<ProductParameters> = {}): Module<ProductPorts> =>
  choose(given, false);

/** The product with a register inside: before the shift, or between the halves of INT8's multiplication. */
export const registeredProductOf = (given: Partial<ProductParameters> = {}): Module<ProductPorts> =>
  choose(given, true);
