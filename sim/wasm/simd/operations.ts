// How each operation of the table is compiled for lanes.

import { at, mask, type OperationName } from "@chisel-ts/core";
import { operand } from "../cell.ts";
import type { InstructionName } from "../instructions.ts";
import type { Compile } from "./compile.ts";
import { type ElementBytes, elementFor, instruction } from "./element.ts";
import { multiply } from "./multiply.ts";
import { shift } from "./shift.ts";
import type { Form, LaneValues, Vectors } from "./vectors.ts";

/** Applies an instruction to the vectors of two operands. */
const pairs = (
  v: LaneValues,
  a: readonly number[],
  b: readonly number[],
  name: InstructionName,
): number[] =>
  v.make(a.length, (i) => {
    v.code.get(at(a, i)).get(at(b, i)).emit(name);
  });

const larger = (a: number, b: number): ElementBytes => Math.max(a, b) as ElementBytes;

/** The form that both operands have or get for nothing; a 1-bit value is best a mask. */
function commonForm(v: LaneValues, a: number, b: number): Form {
  if (v.width(a) === 1) return "sign";
  const forms = [v.at(a), v.at(b)].map(({ form }) => form);
  const isConstant = (slot: number): boolean => v.constant(slot) !== undefined;
  if (isConstant(a)) return forms[1] ?? "dirty";
  if (isConstant(b)) return forms[0] ?? "dirty";
  return forms[0] === forms[1] ? (forms[0] ?? "dirty") : "dirty";
}

const bitwise =
  (name: "v128.and" | "v128.or" | "v128.xor"): Compile =>
  (v, cell) => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const width = v.width(cell.slot);
    const form = commonForm(v, a, b);
    const bytes =
      width === 1 ? larger(v.at(a, form).bytes, v.at(b, form).bytes) : elementFor(width);
    const locals = pairs(v, v.want(a, bytes, form), v.want(b, bytes, form), name);
    return { locals, bytes, form, bits: width };
  };

/** The sum stays in sign or zero form where the result has a bit more than both operands. */
const additive =
  (name: "add" | "sub"): Compile =>
  (v, cell) => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const width = v.width(cell.slot);
    const bytes = elementFor(width);
    const [x, y] = [v.at(a), v.at(b)];
    const room = Math.max(x.bits, y.bits) < width;
    const positive = (u: Vectors): boolean => u.form === "zero" && u.bits < width;
    let form: Form = "dirty";
    if (room && x.form === "zero" && y.form === "zero" && name === "add") form = "zero";
    // Zero form of n bits is sign form of n + 1.
    const signedBits = (u: Vectors): number => u.bits + (u.form === "zero" ? 1 : 0);
    const bits = 1 + Math.max(signedBits(x), signedBits(y));
    const signed = (u: Vectors): boolean => u.form === "sign" || positive(u);
    if (form === "dirty" && signed(x) && signed(y) && bits <= width) form = "sign";
    const [left, right] = [v.want(a, bytes, form), v.want(b, bytes, form)];
    const locals = pairs(v, left, right, instruction(bytes, name));
    const kept = form === "zero" ? 1 + Math.max(x.bits, y.bits) : form === "sign" ? bits : width;
    return { locals, bytes, form, bits: kept };
  };

const not: Compile = (v, cell) => {
  const a = operand(cell, 0);
  const width = v.width(cell.slot);
  const form = width === 1 || v.at(a).form === "sign" ? "sign" : "dirty";
  const bytes = width === 1 ? v.at(a, form).bytes : elementFor(width);
  return { locals: v.map(v.want(a, bytes, form), "v128.not"), bytes, form, bits: width };
};

/** A comparison leaves a mask in the element size of its operands. */
const comparison =
  (name: "eq" | "lt_s" | "lt_u", form: Form): Compile =>
  (v, cell) => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const width = v.width(a);
    const bytes = elementFor(width);
    const same = name === "eq" && v.at(a).form === "sign" && v.at(b).form === "sign";
    let [left, right] = [a, b].map((slot) => v.want(slot, bytes, same ? "sign" : form));
    left ??= [];
    right ??= [];
    let compare = name;
    if (bytes === 8 && name === "lt_u") {
      // There is no unsigned comparison of 64-bit elements; with the top bits flipped the signed one is it.
      compare = "lt_s";
      if (width === 64) {
        const top = v.splat(8, 1n << 63n);
        [left, right] = [left, right].map((side) => v.map(side, "v128.xor", top)) as [
          number[],
          number[],
        ];
      }
    }
    const locals = pairs(v, left, right, instruction(bytes, compare));
    return { locals, bytes, form: "sign", bits: 1 };
  };

const mux: Compile = (v, cell) => {
  const [select, a, b] = [operand(cell, 0), operand(cell, 1), operand(cell, 2)];
  const width = v.width(cell.slot);
  const form = commonForm(v, a, b);
  const [x, y] = [v.at(a, form), v.at(b, form)];
  const isZero = (slot: number): boolean => v.constant(slot) === 0n;
  // Where both branches are at hand in fewer bytes than the slot has, so is the result.
  const own = (slot: number, u: Vectors): number => (isZero(slot) ? 1 : u.bytes);
  const short = form === "dirty" ? elementFor(width) : larger(own(a, x), own(b, y));
  const bytes = width === 1 || short < elementFor(width) ? short : elementFor(width);
  const condition = v.want(select, bytes, "sign");
  const bits = Math.max(isZero(a) ? 1 : x.bits, isZero(b) ? 1 : y.bits);
  const result = { bytes, form, bits: form === "dirty" ? width : bits };
  if (isZero(b)) {
    return { ...result, locals: pairs(v, v.want(a, bytes, form), condition, "v128.and") };
  }
  if (isZero(a)) {
    return { ...result, locals: pairs(v, v.want(b, bytes, form), condition, "v128.andnot") };
  }
  const [left, right] = [v.want(a, bytes, form), v.want(b, bytes, form)];
  const locals = v.make(bytes, (i) => {
    v.code.get(at(left, i)).get(at(right, i));
    v.code.get(at(condition, i)).emit("v128.bitselect");
  });
  return { ...result, locals };
};

const slice: Compile = (v, cell) => {
  const from = operand(cell, 0);
  const [high = 0, low = 0] = cell.parameters;
  const width = v.width(cell.slot);
  const wide = v.width(from);
  if (width === wide) return v.at(from, width === 1 ? "sign" : "dirty");
  const holding = v.at(from);
  const bytes = 8 * holding.bytes > high ? holding.bytes : elementFor(wide);
  const source = v.want(from, bytes, "dirty");
  if (width === 1) {
    // A mask: is this bit set?
    const bit = v.splat(bytes, 1n << BigInt(low));
    const locals = v.map(v.map(source, "v128.and", bit), instruction(bytes, "eq"), bit);
    return { locals, bytes, form: "sign", bits: 1 };
  }
  const now = v.at(from, "zero");
  const clean = high === wide - 1 && now.form === "zero" && now.bytes === bytes;
  const locals = v.shift(clean ? now.locals : source, bytes, "shr_u", low);
  return { locals, bytes, form: clean ? "zero" : "dirty", bits: width };
};

/** The result has the form of its top part: what is put below changes no bit above. */
const concat: Compile = (v, cell) => {
  const width = v.width(cell.slot);
  const bytes = elementFor(width);
  let low = 0;
  let sum: readonly number[] | undefined;
  let form: Form = "zero";
  for (const part of [...cell.operands].reverse()) {
    const at = low;
    low += v.width(part);
    let placed: readonly number[];
    if (v.constant(part) === 0n) {
      continue;
    } else if (v.width(part) === 1) {
      placed = v.map(v.want(part, bytes, "sign"), "v128.and", v.splat(bytes, 1n << BigInt(at)));
    } else {
      const own = low === width ? v.at(part).form : "zero";
      if (low === width) form = own;
      placed = v.shift(v.want(part, bytes, own), bytes, "shl", at);
    }
    sum = sum ? pairs(v, sum, placed, "v128.or") : placed;
  }
  return {
    locals: sum ?? new Array<number>(bytes).fill(v.splat(bytes, 0n)),
    bytes,
    form,
    bits: width,
  };
};

/** An extension costs nothing here: its operand in the right form is the result. */
const extension =
  (form: "zero" | "sign"): Compile =>
  (v, cell) => {
    const from = operand(cell, 0);
    const width = v.width(from);
    const present = v.at(from, form);
    const positive = present.form === "zero" && present.bits < width;
    if (present.form === form || positive) return present;
    const bytes = 8 * present.bytes >= width ? present.bytes : elementFor(width);
    return { locals: v.want(from, bytes, form), bytes, form, bits: width };
  };

const reduceOr: Compile = (v, cell) => {
  const from = operand(cell, 0);
  if (v.width(from) === 1) return v.at(from, "sign");
  const bytes = elementFor(v.width(from));
  const locals = v.map(v.want(from, bytes, "zero"), instruction(bytes, "ne"), v.splat(bytes, 0n));
  return { locals, bytes, form: "sign", bits: 1 };
};

const reduceAnd: Compile = (v, cell) => {
  const from = operand(cell, 0);
  const width = v.width(from);
  if (width === 1) return v.at(from, "sign");
  const bytes = elementFor(width);
  const ones = v.splat(bytes, mask(width));
  const locals = v.map(v.want(from, bytes, "zero"), instruction(bytes, "eq"), ones);
  return { locals, bytes, form: "sign", bits: 1 };
};

const reduceXor: Compile = (v, cell) => {
  const from = operand(cell, 0);
  const bytes = elementFor(v.width(from));
  let folded = v.want(from, bytes, "zero");
  for (let by = 4 * bytes; by >= 1; by /= 2) {
    if (by >= v.width(from)) continue;
    folded = pairs(v, folded, v.shift(folded, bytes, "shr_u", by), "v128.xor");
  }
  return { locals: folded, bytes, form: "dirty", bits: 1 };
};

/** How every operation of the table is compiled for lanes. */
export const compileOperation: Readonly<Record<OperationName, Compile>> = {
  not,
  and: bitwise("v128.and"),
  or: bitwise("v128.or"),
  xor: bitwise("v128.xor"),
  add: additive("add"),
  subtract: additive("sub"),
  multiplyUnsigned: multiply(false),
  multiplySigned: multiply(true),
  equal: comparison("eq", "zero"),
  lessUnsigned: comparison("lt_u", "zero"),
  lessSigned: comparison("lt_s", "sign"),
  mux,
  shiftLeft: shift("left"),
  shiftRight: shift("right"),
  shiftRightSigned: shift("rightSigned"),
  slice,
  concat,
  zeroExtend: extension("zero"),
  signExtend: extension("sign"),
  reduceAnd,
  reduceOr,
  reduceXor,
};
