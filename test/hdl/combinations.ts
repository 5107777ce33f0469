import { bool, input, instance, module, output, sint, uint } from "@chisel-ts/core";
import { expect } from "vitest";
import type { Format } from "../../hdl/format.ts";
import { type MacParameters, mac } from "../../hdl/mac.ts";
import { accumulatorBits } from "../../hdl/parameters.ts";
import type { Engine } from "../../sim/index.ts";
import { references } from "../../src/model/index.ts";
import { RandomStimulus } from "../../src/verification/stimulus.ts";

/** MAC parameters of every kind: each choice with each other, and widths from narrow to exact. */
const combinationsOf = (format: Format): readonly MacParameters[] =>
  (["int8", "int16"] as const).flatMap((activation) =>
    (["exact", 8, 24, 33, 64] as const).flatMap((accumulator) =>
      (["wrap", "saturate"] as const).flatMap((overflow) =>
        [0, 1, 2, 3].map((pipeline) =>
          mac.complete({ format, activation, accumulator, overflow, pipeline }),
        ),
      ),
    ),
  );

export const combinations = combinationsOf("rf8");

const baselineFormats = ["int8", "e4m3", "e5m2"] as const;

const plainCombinations: readonly MacParameters[] = baselineFormats.flatMap(combinationsOf);

/** A multiplier and an adder by turns, so that each of them meets every other choice. */
const ways = [
  { multiplier: "operator", adder: "operator" },
  { multiplier: "booth-dadda", adder: "sklansky" },
  { multiplier: "dadda", adder: "kogge-stone" },
  { multiplier: "booth-wallace", adder: "ripple" },
  { multiplier: "array", adder: "brent-kung" },
] as const;

export const baselineCombinations: readonly MacParameters[] = plainCombinations.map(
  (parameters, index) => ({ ...parameters, ...ways[Math.floor(index / 3) % ways.length] }),
);

/** A few of them for slow tools: every seventh has each choice of each parameter many times. */
export const baselineSample = baselineCombinations.filter((_, index) => index % 7 === 0);

export const describeParameters = (p: MacParameters): string =>
  `--format ${p.format} --activation ${p.activation} --accumulator ${p.accumulator} --overflow ${p.overflow} --multiplier ${p.multiplier} --adder ${p.adder} --pipeline ${p.pipeline}`;

/**
 * MACs side by side on common inputs, so that one native build covers every combination. The
 * int8 ones take the low half of the activation; outputs are `<index>` bundles.
 */
const sideBySide = (macs: readonly MacParameters[]) =>
  module(
    {
      name: "all_macs",
      ports: {
        weight: input(uint(8)),
        activation: input(sint(16)),
        enable: input(bool()),
        clear: input(bool()),
        macs: Object.fromEntries(
          macs.map((p, index) => [
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
      macs.forEach((parameters, index) => {
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

/** Runs MACs side by side on random inputs and compares every output in every cycle with the model. */
export function expectAgreement(
  engine: Engine,
  macs: readonly MacParameters[],
  cycles: number,
): void {
  const module = sideBySide(macs);
  const { columns } = new RandomStimulus(module, 7).block(cycles);
  const simulation = engine.open(module);
  const response = simulation.batch(columns, cycles);
  simulation.close();
  const narrow = Int8Array.from(columns.activation as Int16Array);
  macs.forEach((parameters, index) => {
    const stimulus =
      parameters.activation === "int8" ? { ...columns, activation: narrow } : columns;
    const model = references.mac(parameters)(stimulus, cycles);
    for (const port of ["sum", "invalid", "overflow"]) {
      const found = response[`macs_m${index}_${port}`]!;
      const cycle = Array.from(model[port] as ArrayLike<number | bigint>).findIndex(
        (value, i) => value !== found[i],
      );
      expect(cycle, `first cycle in which ${port} differs: ${describeParameters(parameters)}`).toBe(
        -1,
      );
    }
  });
}
