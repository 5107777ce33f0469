import { type RequantizeParameters, requantize } from "../../hdl/accelerator/requantize.ts";
import { activationBits } from "../../hdl/parameters.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";

/** Bits that hold a scaled sum, and the unit 2^(shift + 4) of its last place, shift up to 63. */
const WIDE = 72;

/** (sum + bias) · factor / 2^(shift + 4), rounded to nearest even and cut to the activation, by `*`, `>>>` and `-`. */
const checker = ({ width, activation }: RequantizeParameters): string => {
  const x = activationBits(activation);
  const [maximum, minimum] = [`${WIDE}'sd${2 ** (x - 1) - 1}`, `-${WIDE}'sd${2 ** (x - 1)}`];
  const dut = requantize({ width, activation });
  return `module check(${inputsOf(dut).join(", ")});
  ${instantiate(dut, { name: "dut" })}
  reg signed [5:0] factor;
  always @* case (residual)
    0: factor = 12; 1: factor = 14; 2: factor = 15; 3: factor = 16;
    4: factor = 17; 5: factor = 18; 6: factor = 20; default: factor = 24;
  endcase
  wire signed [${WIDE - 1}:0] wide = sum + bias;
  reg signed [${WIDE - 1}:0] scaled;
  reg signed [${width - 1}:0] sum_before;
  reg [5:0] place;
  reg steady, mode, clip;
  always @(posedge clock) begin
    scaled <= wide * factor;
    sum_before <= sum;
    place <= shift;
    steady <= !reset;
    mode <= requantize;
    clip <= relu;
  end
  always @* assume (!steady || (mode == requantize && clip == relu));
  wire signed [${WIDE - 1}:0] unit = ${WIDE}'sd1 << (place + 4);
  wire signed [${WIDE - 1}:0] down = scaled >>> (place + 4);
  wire signed [${WIDE - 1}:0] rest = scaled - (down << (place + 4));
  wire signed [${WIDE - 1}:0] half = unit >>> 1;
  wire signed [${WIDE - 1}:0] rounded = down + (rest > half || (rest == half && down[0]));
  wire outside = rounded > ${maximum} || rounded < ${minimum};
  wire signed [${WIDE - 1}:0] kept =
    relu && rounded < 0 ? 0 : rounded > ${maximum} ? ${maximum} : rounded < ${minimum} ? ${minimum} : rounded;
  always @* if (steady) begin
    assert (result == (requantize ? kept : sum_before));
    assert (saturated == (requantize && outside && !(relu && rounded < 0)));
  end
endmodule
`;
};

/** So many shifts are one property, so that several are proved side by side. */
const SHIFTS_TOGETHER = 8;

/**
 * The accelerator's requantizer: for every sum, bias and residual, a shift at a time. Mode and ReLU stay during a
 * job, which is assumed.
 */
export function requantizeProperties(
  parameters: RequantizeParameters,
  shifts: readonly number[],
): Property[] {
  const groups = Array.from({ length: Math.ceil(shifts.length / SHIFTS_TOGETHER) }, (_, i) =>
    shifts.slice(i * SHIFTS_TOGETHER, (i + 1) * SHIFTS_TOGETHER),
  );
  return groups.map((group) => ({
    circuit: "requantize",
    parameters: { ...parameters, shifts: group.join(" ") },
    name: "result and saturated are (sum + bias) · factor / 2^(shift + 4), rounded once to nearest even",
    subject: requantize(parameters),
    clocked: true,
    checker: checker(parameters),
    cases: group.map((shift) => ({ shift: BigInt(shift) })),
  }));
}
