// Shifts by a signal that differs from lane to lane.

import { at } from "@chisel-ts/core";
import { operand } from "../cell.ts";
import type { Compile } from "./compile.ts";
import { elementFor, instruction } from "./element.ts";
import { extended } from "./multiply.ts";
import type { LaneValues, Vectors } from "./vectors.ts";

type Direction = "left" | "right" | "rightSigned";

/** A distance of so many bits is looked up as a power of two. */
const tableBits = 4;

/** Shifts by a distance that is a signal, different in every lane. */
export const shift =
  (direction: Direction): Compile =>
  (v, cell) => {
    const [from, by] = [operand(cell, 0), operand(cell, 1)];
    const width = v.width(from);
    if (direction === "left" && width > 8 && v.width(by) <= tableBits) {
      return byMultiplication(v, from, by, width);
    }
    return byStages(v, from, by, direction);
  };

/** There is no instruction that shifts every lane by its own distance, but one that multiplies. */
function byMultiplication(v: LaneValues, from: number, by: number, width: number): Vectors {
  const bytes = elementFor(width);
  const powers = (sign: 1n | -1n) => powersOfTwo(v, v.want(by, 1, "zero"), sign);
  const present = v.at(from, "sign");
  const signed = present.form === "sign" || (present.form === "zero" && present.bits < width);
  const own = present.bits + (present.form === "sign" ? 0 : 1);
  const bits = own + 2 ** v.width(by) - 1;
  // Where there is room for the farthest shift, the product is exact.
  const form = signed && bits <= width ? "sign" : "dirty";
  const result = { bytes, form, bits: form === "sign" ? bits : width } as const;
  if (bytes === 8 && signed && bits <= 32 + 2 ** v.width(by) - 1) {
    // 2^15 and the factor both fit 32 bits with their signs.
    const narrow = v.want(from, 4, "sign");
    return { ...result, locals: extended(v, narrow, v.widen(powers(1n), 2, 4, false), 8, true) };
  }
  if (bytes === 4 && signed && own < 16) {
    // 16 bits hold −2^15, not 2^15: the negated value is multiplied by the negated power.
    const negated = v.map(v.want(from, 2, "sign"), "i16x8.neg");
    return { ...result, locals: extended(v, negated, powers(-1n), 4, true) };
  }
  const value = v.want(from, bytes, form);
  const factors = v.widen(powers(1n), 2, bytes, false);
  const locals = v.make(bytes, (i) => {
    v.code.get(at(value, i)).get(at(factors, i)).emit(instruction(bytes, "mul"));
  });
  return { ...result, locals };
}

/** 2^d or −2^d as 16-bit elements for distances d of 0 to 15 in bytes: two look-ups, interleaved. */
function powersOfTwo(v: LaneValues, distance: readonly number[], sign: 1n | -1n): number[] {
  const [low, high] = [0n, 8n].map((first) => {
    const bytes = Array.from({ length: 16 }, (_, d) => ((sign << BigInt(d)) >> first) & 255n);
    return v.table(bytes.reduce((all, byte, d) => all | (byte << BigInt(8 * d)), 0n));
  }) as [number, number];
  const look = (from: number): number => {
    const [found = 0] = v.make(1, () =>
      v.code.get(from).get(at(distance, 0)).emit("i8x16.swizzle"),
    );
    return found;
  };
  const [lows, highs] = [look(low), look(high)];
  return v.make(2, (half) => {
    const places = Array.from({ length: 16 }, (_, i) => 8 * half + (i >> 1) + 16 * (i % 2));
    v.code.get(lows).get(highs).lanes("i8x16.shuffle", places);
  });
}

/** One stage for every bit of the distance: shifted or not. */
function byStages(v: LaneValues, from: number, by: number, direction: Direction): Vectors {
  const width = v.width(from);
  const bytes = elementFor(width);
  const form = direction === "left" ? "dirty" : direction === "right" ? "zero" : "sign";
  const name = { left: "shl", right: "shr_u", rightSigned: "shr_s" } as const;
  const distanceBytes = elementFor(v.width(by));
  const distance = v.want(by, distanceBytes, "dirty");
  let value = v.want(from, bytes, form);
  for (let bit = 0; bit < v.width(by); bit++) {
    const flag = v.splat(distanceBytes, 1n << BigInt(bit));
    const set = v.map(v.map(distance, "v128.and", flag), instruction(distanceBytes, "eq"), flag);
    const condition = v.resizeMask(set, distanceBytes, bytes);
    const before = value;
    const far = 2 ** bit >= width;
    if (far && direction !== "rightSigned") {
      value = v.make(bytes, (i) => {
        v.code.get(at(before, i)).get(at(condition, i)).emit("v128.andnot");
      });
      continue;
    }
    const shifted = v.shift(before, bytes, name[direction], far ? 8 * bytes - 1 : 2 ** bit);
    value = v.make(bytes, (i) => {
      v.code.get(at(shifted, i)).get(at(before, i));
      v.code.get(at(condition, i)).emit("v128.bitselect");
    });
  }
  return { locals: value, bytes, form, bits: width };
}
