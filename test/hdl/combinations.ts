import { bool, input, instance, module, output, sint, uint } from "@chisel-ts/core";
import { type MacParameters, mac } from "../../hdl/mac.ts";
import { accumulatorBits, parameters } from "../../hdl/parameters.ts";

/** MAC parameters of every kind: each choice with each other, and widths from narrow to exact. */
export const combinations: readonly MacParameters[] = (["int8", "int16"] as const).flatMap(
  (activation) =>
    (["exact", 8, 24, 33, 64] as const).flatMap((accumulator) =>
      (["wrap", "saturate"] as const).flatMap((overflow) =>
        [0, 1, 2, 3].map((pipeline) => ({
          format: "rf8",
          activation,
          accumulator,
          terms: parameters.terms.default,
          overflow,
          pipeline,
        })),
      ),
    ),
);

export const describeParameters = (p: MacParameters): string =>
  `--activation ${p.activation} --accumulator ${p.accumulator} --overflow ${p.overflow} --pipeline ${p.pipeline}`;

/**
 * All the MACs side by side on common inputs, so that one native build covers every combination. The
 * int8 ones take the low half of the activation; outputs are `<index>` bundles.
 */
export const allCombinations = () =>
  module(
    {
      name: "all_macs",
      ports: {
        weight: input(uint(8)),
        activation: input(sint(16)),
        enable: input(bool()),
        clear: input(bool()),
        macs: Object.fromEntries(
          combinations.map((p, index) => [
            `m${index}`,
            {
              sum: output(sint(accumulatorBits(p))),
              invalid: output(bool()),
              overflow: output(bool()),
            },
          ]),
        ),
      },
    },
    (io) => {
      combinations.forEach((parameters, index) => {
        const { weight, enable, clear } = io;
        const activation =
          parameters.activation === "int8" ? io.activation.truncate(8) : io.activation;
        const unit = instance(`unit${index}`, mac(parameters), {
          weight,
          activation,
          enable,
          clear,
        });
        const out = io.macs[`m${index}`]!;
        out.sum.set(unit.sum);
        out.invalid.set(unit.invalid);
        out.overflow.set(unit.overflow);
      });
    },
  );
