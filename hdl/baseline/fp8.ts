import {
  bool,
  circuit,
  concat,
  input,
  literal,
  module,
  mux,
  named,
  output,
  type SInt,
  sint,
  uint,
} from "@chisel-ts/core";
import { formats, header } from "../format.ts";
import { activationBits, productBits } from "../parameters.ts";
import type { ProductPorts } from "../product.ts";
import { stage } from "../stage.ts";
import type { ProductVariant } from "./variant.ts";

interface Layout {
  readonly mantissaBits: number;
  /** Codes with the greatest exponent: infinities and NaN all of them, or NaN where the mantissa is all ones. */
  readonly greatestExponent: "infinities" | "numbers";
}

const layouts: Readonly<Record<"e4m3" | "e5m2", Layout>> = {
  e4m3: { mantissaBits: 3, greatestExponent: "numbers" },
  e5m2: { mantissaBits: 2, greatestExponent: "infinities" },
};

/**
 * W(w)·x of an OCP FP8 weight, exactly: the activation with the weight's sign, one row for each bit of the
 * significand, and one shift by the exponent.
 *
 * W = ±significand · 2^exponent / 2, where the significand is 1.mantissa as an integer, or twice 0.mantissa
 * for exponent 0, which counts as 1: so a subnormal needs no exponent of its own.
 */
export const fp8Product = circuit(
  ({ format, activation, registered }: ProductVariant<keyof typeof layouts>) => {
    const { mantissaBits, greatestExponent } = layouts[format];
    const x = activationBits(activation);
    const bits = productBits(activation, format);
    const title = format.toUpperCase();
    const noNumber = formats[format].invalid;
    const ports: ProductPorts = {
      weight: input(uint(8), `${title} code: sign, exponent, mantissa`),
      activation: input(sint(x), "signed activation"),
      product: output(sint(bits), `W(weight) · activation; 0 for a weight that is ${noNumber}`),
      invalid: output(bool(), `the weight is ${noNumber}`),
    };
    return module(
      {
        ...header(registered ? "product_registered" : "product", { format, activation }),
        description: `${title} weight times integer activation: rows of the significand and one shift`,
        latency: registered ? 1 : 0,
        ports,
      },
      (io) => {
        const negative = io.weight.bit(7);
        const exponent = io.weight.bits(6, mantissaBits);
        const mantissa = io.weight.bits(mantissaBits - 1, 0);
        const invalid =
          greatestExponent === "infinities"
            ? exponent.andReduce()
            : io.weight.bits(6, 0).andReduce();
        const normal = exponent.orReduce();
        const number = mux(normal, concat(normal, mantissa), mantissa.shiftLeft(1));
        const significand = mux(invalid, literal(uint(mantissaBits + 1), 0), number);
        const operand = mux(negative, io.activation.negate(), io.activation.extend(x + 1));

        // |significand · operand| < 2^(mantissaBits + 1) · 2^(x − 1), and a bit for the sign.
        const width = x + mantissaBits + 1;
        const row = (bit: number): SInt => {
          const shifted = operand.shiftLeft(bit);
          const kept = shifted.width > width ? shifted.truncate(width) : shifted.extend(width);
          return mux(significand.bit(bit), kept, literal(sint(width), 0));
        };
        const sum = Array.from({ length: mantissaBits }, (_, bit) => row(bit + 1)).reduce(
          (total, term) => total.addWrap(term),
          row(0),
        );
        named({ exponent, invalid, significand, operand, sum });

        const shift = stage("shift", registered, { sum, exponent, invalid });
        io.product.set(shift.sum.shiftLeftBy(shift.exponent).bits(bits, 1).asSInt());
        io.invalid.set(shift.invalid);
      },
    );
  },
);
