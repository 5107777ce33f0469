import {
  type Bool,
  bool,
  enumeration,
  input,
  instance,
  literal,
  match,
  mux,
  named,
  output,
  register,
  sint,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { reciprocal } from "./reciprocal.ts";
import { squareRoot } from "./square-root.ts";

/** Bits of the value whose reciprocal is taken. */
export const scalarBits = 52;

const ports = {
  start: input(bool(), "take the value"),
  root: input(bool(), "the reciprocal of its square root, instead of its own"),
  value: input(uint(scalarBits), "any value; 0 counts as 1"),
  busy: output(bool(), "from the cycle after start until the result is there"),
  mantissa: output(uint(16), "mantissa of the result"),
  exponent: output(sint(8), "the result is mantissa * 2^(-31 - exponent)"),
};

const states = enumeration("state", ["Idle", "Root", "RootWait", "Divide", "DivideWait"]);

/** 1 / value and 1 / √value as a mantissa of 16 bits and an exponent: normalized, the root if asked for, then divided. */
export const scalar = circuit({
  name: "core_scalar",
  description: "Reciprocals and their roots",
  parameters: {},
  ports: () => ports,
  build(io) {
    const state = register("state", states.type, { reset: 0 });
    const value = register("value_held", uint(scalarBits), { reset: 0 });
    const rooted = register("root_held", bool(), { reset: 0 });
    const divisor = register("divisor", uint(16), { reset: 0 });
    const normalized = normalize(value, rooted);
    named({ normalized_value: normalized.value });
    const root = instance("extract", squareRoot(), {
      start: state.eq(states.Root),
      radicand: normalized.value,
    });
    const divide = instance("divide", reciprocal(), {
      start: state.eq(states.Divide),
      divisor,
    });
    match(states, state, {
      Idle: () =>
        when(io.start, () => {
          value.set(mux(io.value.orReduce(), io.value, literal(io.value.type, 1)));
          rooted.set(io.root);
          state.set(states.Root);
        }),
      Root: () => {
        divisor.set(normalized.value.truncate(16));
        state.set(mux(rooted, states.RootWait, states.Divide));
      },
      RootWait: () =>
        when(root.busy.not(), () => {
          divisor.set(root.root);
          state.set(states.Divide);
        }),
      Divide: () => state.set(states.DivideWait),
      DivideWait: () => when(divide.busy.not(), () => state.set(states.Idle)),
    });
    io.busy.set(state.ne(states.Idle));
    io.mantissa.set(divide.quotient);
    io.exponent.set(normalized.exponent);
  },
});

/**
 * The value by an even power of two within [2^30, 2^32), or by any within [2^15, 2^16): a choice by its leading one.
 */
function normalize(value: UInt, root: Bool) {
  let asRoot: UInt = literal(uint(32), 0);
  let asDivisor: UInt = literal(uint(32), 0);
  let rootExponent = literal(sint(8), 0);
  let exponent = literal(sint(8), 0);
  for (let place = 0; place < scalarBits; place++) {
    const leads = value.bit(place);
    const length = place + 1;
    const even = Math.ceil(length / 2) - 16;
    const any = length - 16;
    const shifted = (right: number): UInt =>
      right >= 0
        ? value.shiftRight(right).extend(scalarBits).truncate(32)
        : value.shiftLeft(-right).truncate(32);
    asRoot = mux(leads, shifted(2 * even), asRoot);
    rootExponent = mux(leads, literal(sint(8), even), rootExponent);
    asDivisor = mux(leads, shifted(any), asDivisor);
    exponent = mux(leads, literal(sint(8), any), exponent);
  }
  return {
    value: mux(root, asRoot, asDivisor),
    exponent: mux(root, rootExponent, exponent),
  };
}
