import {
  bitsFor,
  instance,
  literal,
  log2Ceil,
  mux,
  type SInt,
  type UInt,
  uint,
  unused,
  when,
} from "@chisel-ts/core";
import { tabulate } from "../tabulate.ts";
import type { CoreContext } from "./context.ts";
import { coreOperations as op } from "./descriptor.ts";
import { matrix, scalings } from "./matrix.ts";
import type { lanesOf } from "./pass.ts";

/** The matrix unit with the activations of a pass and the beats of the memory; requests for its rows. */
export function weightsOf(
  c: CoreContext,
  data: { readonly valid: ReturnType<CoreContext["is"]>; readonly bits: UInt },
  lanes: ReturnType<typeof lanesOf>,
) {
  const { r, fields, found, scalar, isOp, parameters, states } = c;
  const address = bitsFor(Math.ceil(parameters.columns / parameters.lanes) - 1);
  const fires = c.is(states.Rows).and(data.valid);
  const endsTerm = r.beat.addWrap(1).eq(c.beats);
  const endsRow = endsTerm.and(fields.twoTerms.not().or(r.secondTerm));
  const scoreRight = found.inputExponent
    .addWrap(fields.exponent)
    .addWrap(fields.shift.toSInt().extend(16))
    .addWrap(fields.constantExponent)
    .negate();
  const means = isOp(op.Means);
  const { offset } = lanes.second;
  const out = tabulate(c.each.length, (t) =>
    instance(`matrix_${t}`, matrix(matrix.pick(parameters)), {
      write: {
        enable: lanes.second.valid.and(c.toMatrix).and(c.works(t)),
        address: offset.shiftRight(log2Ceil(c.beatParts)).extend(32).truncate(address),
        part: offset.truncate(bitsFor(c.beatParts - 1)),
        data: [...lanes.mantissas].map((value) => value.truncate(c.bits)),
      },
      beat: {
        valid: fires,
        address: r.beat.truncate(address),
        first: r.beat.eq(0).and(r.secondTerm.not()),
        last: endsRow,
        data: data.bits,
      },
      scaling: {
        kind: mux<UInt>(
          isOp(op.Scores),
          scalings.Score,
          mux<UInt>(means, scalings.Mean, mux<UInt>(fields.rowFactors, scalings.Row, scalings.Sum)),
        ),
        shift: mux<SInt>(means, scalar.exponent.addWrap(5), fields.shift.toSInt()),
        mantissa: mux<UInt>(means, scalar.mantissa, fields.mantissa),
        right: mux<UInt>(means, literal(uint(6), 16), scoreRight.asUInt().truncate(6)),
        beyond: scoreRight.le(0),
        nothing: scoreRight.gt(63),
      },
    }),
  );
  // All have the same weights, and so the same rows and the same codes that are NaN.
  const { result, invalid } = out.at(0);
  for (const other of out.slice(1)) unused(other.result.valid, other.invalid);
  const values = out.map((unit) => unit.result.value);
  return { valid: result.valid, values, invalid, fires, endsTerm, endsRow };
}

/** Requests for the terms of the rows, one after the other. @param ready of the memory */
export function requestRows(c: CoreContext, ready: ReturnType<CoreContext["is"]>): void {
  const { r, fields } = c;
  const fires = ready.and(r.requesting).and(c.is(c.states.Rows));
  const endsRow = r.requestTerm.or(fields.twoTerms.not());
  when(fires, () => {
    r.requestTerm.set(endsRow.not());
    when(endsRow, () => {
      r.address.set(r.address.addWrap(fields.stride.extend(r.address.width)));
      r.requestRow.set(r.requestRow.subWrap(1));
      when(r.requestRow.eq(1), () => r.requesting.set(false));
    });
  });
}
