import {
  bitsFor,
  bool,
  concat,
  delay,
  enumeration,
  input,
  instance,
  literal,
  memory,
  mux,
  named,
  output,
  registered,
  sint,
  type UInt,
  uint,
  unused,
  vec,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { dot } from "../dot.ts";
import { activationBits } from "../parameters.ts";
import { slices } from "../tabulate.ts";
import { factorOf } from "./codes.ts";
import { factorBytes } from "./descriptor.ts";
import { coreParameters as all, type CoreParameters, checkVectorLanes } from "./parameters.ts";
import { roundShift, saturated, shiftEitherWay } from "./round-shift.ts";

/** What is made of the sum of a row, when it is shifted to 32 bits; Row: it is multiplied by the factor that ends the row. */
export const scalings = enumeration("scaling", ["Sum", "Score", "Mean", "Row"]);

/** Bits of a sum. */
const sumBits = 53;

/** Cycles from the last beat of a row to its result. */
export const matrixLatency = 5;

type MatrixParameters = Pick<CoreParameters, "activation" | "lanes" | "vectorLanes" | "columns">;

const portsOf = ({ activation, lanes, vectorLanes, columns }: MatrixParameters) => {
  const beats = Math.ceil(columns / lanes);
  return {
    write: {
      enable: input(bool(), "activations are written"),
      address: input(uint(bitsFor(beats - 1)), "beat that they belong to"),
      part: input(uint(bitsFor(lanes / vectorLanes - 1)), "which of its parts they are"),
      data: vec(vectorLanes, () => input(sint(activationBits(activation)), "activation")),
    },
    beat: {
      valid: input(bool(), "weights transfer"),
      address: input(uint(bitsFor(beats - 1)), "beat of their activations"),
      first: input(bool(), "they begin a row"),
      last: input(bool(), "they end a row"),
      data: input(uint(8 * lanes), "RF8 codes, lane 0 lowest"),
    },
    scaling: {
      kind: input(scalings.type, "what is made of sums; steady"),
      shift: input(sint(8), "right shift of sums to 32 bits"),
      mantissa: input(uint(16), "factor of Score and Mean"),
      right: input(uint(6), "rounding right shift behind the factor"),
      beyond: input(bool(), "Score: every sum but 0 is out of range"),
      nothing: input(bool(), "Score: every sum is too small"),
    },
    result: {
      valid: output(bool(), "result of a row"),
      value: output(sint(32), "the result"),
    },
    invalid: output(bool(), "with result_valid: a code of the row was NaN"),
  };
};

/** The matrix unit: activation buffer, dot-product unit over the lanes, and the scaling of sums. A beat a cycle. */
export const matrix = circuit({
  name: "core_matrix",
  description: "Matrix unit of the decoder core",
  parameters: {
    activation: all.activation,
    lanes: all.lanes,
    vectorLanes: all.vectorLanes,
    columns: all.columns,
  },
  check: checkVectorLanes,
  latency: () => matrixLatency,
  ports: portsOf,
  build(io, { activation, lanes, vectorLanes, columns }) {
    const x = activationBits(activation);
    const beats = Math.ceil(columns / lanes);
    const buffer = memory("activations", { depth: beats, type: uint(x * lanes) });
    const data = concat([...io.write.data].reverse());
    const parts = lanes / vectorLanes;
    const mask =
      parts === 1 ? literal(uint(1), 1) : literal(uint(parts), 1).shiftLeftByWrap(io.write.part);
    buffer.writeMasked(
      io.write.address,
      concat(Array.from({ length: parts }, () => data)),
      mask,
      io.write.enable,
    );
    if (parts === 1) unused(io.write.part);
    const words = slices(buffer.read("operand", io.beat.address, io.beat.valid), lanes);
    const control = registered("control", {
      data: io.beat.data,
      valid: io.beat.valid,
      first: io.beat.first,
      last: io.beat.last.and(io.beat.valid),
    });
    const { scaling } = io;
    const is = (kind: typeof scaling.kind) => scaling.kind.eq(kind);
    const ends = control.last.and(is(scalings.Row));
    const { mantissa, shift } = factorOf(control.data);
    const factor = delay("factor", { mantissa, shift }, 3);
    const noCode = literal(uint(8), 0);
    const { sum, invalid, overflow } = instance(
      "unit",
      dot({ activation, lanes, accumulator: sumBits, pipeline: 1 }),
      {
        weight: slices(control.data, lanes).map((code, i) =>
          i < lanes - factorBytes ? code : mux<UInt>(ends, noCode, code),
        ),
        activation: words.map((word) => word.asSInt()),
        enable: control.valid,
        clear: control.first,
      },
    );
    // The shift of the descriptor keeps every sum within 32 bits, so none leaves 53.
    unused(overflow);
    const summed = delay("summed", control.last, 2);

    const whole = registered("whole", {
      sum: shiftEitherWay(sum, scaling.shift).truncate(32),
      valid: summed,
      invalid: invalid.and(summed),
    });
    const scaled = registered("scaled", {
      sum: whole.sum,
      product: whole.sum.mul(
        mux<UInt>(is(scalings.Row), factor.mantissa, scaling.mantissa).toSInt(),
      ),
      right: mux<UInt>(is(scalings.Row), rowShift(factor.shift), scaling.right),
      valid: whole.valid,
      invalid: whole.invalid,
    });
    const rounded = saturated(roundShift(scaled.product, scaled.right), 32);
    const extreme = mux(
      scaled.sum.isNegative(),
      literal(sint(32), -(2 ** 31)),
      literal(sint(32), 2 ** 31 - 1),
    );
    const zero = literal(sint(32), 0);
    const score = mux(
      scaling.beyond,
      mux(scaled.sum.eq(0), zero, extreme),
      mux(scaling.nothing, zero, rounded),
    );
    named({ rounded, score });
    io.result.valid.set(scaled.valid);
    io.result.value.set(mux(is(scalings.Sum), scaled.sum, mux(is(scalings.Score), score, rounded)));
    io.invalid.set(scaled.invalid);
  },
});

/** 16 bits of a factor are fraction. */
const rowShift = (shift: UInt): UInt => shift.add(literal(uint(5), 16));
