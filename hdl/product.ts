import {
  bool,
  circuit,
  type HardwareType,
  input,
  instance,
  literal,
  type Module,
  module,
  mux,
  named,
  output,
  type Port,
  sint,
  uint,
} from "@chisel-ts/core";
import { decode } from "./decode.ts";
import { activationBits, type CircuitParameters, complete, productBits } from "./parameters.ts";
import { stage } from "./stage.ts";

export type ProductParameters = Pick<CircuitParameters, "activation">;

export interface ProductPorts {
  readonly [name: string]: Port;
  readonly weight: Port<"input", HardwareType<"uint">>;
  readonly activation: Port<"input", HardwareType<"sint">>;
  readonly product: Port<"output", HardwareType<"sint">>;
  readonly invalid: Port<"output", HardwareType<"bool">>;
}

/**
 * W(w)·x: the activation times 16, plus or minus the activation times the residual, shifted by the
 * exponent. Exact: `20 + X` bits for X-bit activations.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const product = (given: Partial<ProductParameters> = {}): Module<ProductPorts> =>
  build({ ...complete(["activation"], given), registered: false });

/** The product with a register between the sum of its two terms and their common shift. */
export const registeredProduct = (given: Partial<ProductParameters> = {}): Module<ProductPorts> =>
  build({ ...complete(["activation"], given), registered: true });

const build = circuit(({ activation, registered }: ProductParameters & { registered: boolean }) => {
  const x = activationBits(activation);
  const ports: ProductPorts = {
    weight: input(uint(8), "RF8 code"),
    activation: input(sint(x), "signed activation"),
    product: output(sint(productBits(activation)), "W(weight) · activation; 0 for a NaN"),
    invalid: output(bool(), "the weight is NaN"),
  };
  return module(
    {
      name: registered ? "product_registered" : "product",
      description: "RF8 weight times integer activation: two shifts and one addition",
      parameters: { activation },
      latency: registered ? 1 : 0,
      ports,
    },
    (io) => {
      const weight = instance("decoder", decode({}), { weight: io.weight });
      const gated = mux(weight.active, io.activation, literal(sint(x), 0));
      const operand = mux(weight.negative, gated.negate(), gated.extend(x + 1));

      // |24·x| fits x + 5 bits, and at most one residual bit is set: the selected shift is an OR.
      const width = x + 5;
      const zero = literal(sint(width), 0);
      const residual = (bit: number) =>
        mux(weight.residual.bit(bit), operand.shiftLeft(bit).extend(width), zero);
      const first = operand.shiftLeft(4);
      const [half, quarter, eighth, sixteenth] = [
        residual(3),
        residual(2),
        residual(1),
        residual(0),
      ];
      const second = half.or(quarter).or(eighth).or(sixteenth);
      const sum = mux(weight.subtract, first.subWrap(second), first.addWrap(second));
      named({ gated, operand, first, half, quarter, eighth, sixteenth, second, sum });

      const shift = stage("shift", registered, {
        sum,
        exponent: weight.exponent,
        invalid: weight.invalid,
      });
      io.product.set(shift.sum.shiftLeftBy(shift.exponent));
      io.invalid.set(shift.invalid);
    },
  );
});
