import {
  type Bool,
  bool,
  concat,
  input,
  literal,
  module,
  mux,
  output,
  type SInt,
  sint,
  unused,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { flatten } from "../../../../../sim/flatten.ts";
import { Search } from "../../../../../sim/wasm/rewrite/multiples/search.ts";
import { check } from "../evaluate.ts";

const ports = (x: number, out: number) => ({
  x: input(sint(x)),
  a: input(bool()),
  b: input(bool()),
  y: output(sint(out)),
});
type Io = { x: SInt; a: Bool; b: Bool };

/** Whether the output of a circuit is found to be a multiple; all multiples in it are checked. */
function isMultiple(x: number, out: number, build: (io: Io) => SInt): boolean {
  const circuit = module({ name: "chain", ports: ports(x, out) }, (io) => {
    unused(io.a, io.b);
    io.y.set(build(io));
  });
  const netlist = flatten(circuit, { watch: [] });
  return check(netlist).includes(netlist.outputs[0]!.slot);
}

const zero = (width: number) => literal(sint(width), 0);
const one = (width: number) => literal(sint(width), 1);
const where = (condition: Bool, value: SInt) => mux(condition, value, zero(value.width));
const anded = (a: SInt, b: SInt) => a.asUInt().or(b.asUInt()).asSInt();

describe.each([3, 4, 5])("of %i bits, all values", (w) => {
  test.each<readonly [string, number, (io: Io) => SInt]>([
    ["an extension", w + 2, ({ x }) => x.extend(w + 2)],
    ["a negation", w + 1, ({ x }) => x.negate()],
    [
      "a complement and one",
      w + 1,
      ({ x }) =>
        x
          .extend(w + 1)
          .not()
          .addWrap(one(w + 1)),
    ],
    ["one and a complement", w + 1, ({ x }) => one(w + 1).addWrap(x.extend(w + 1).not())],
    ["a choice", w + 1, ({ x, a }) => mux(a, x.negate(), x.extend(w + 1))],
    ["a choice of nothing", w, ({ x, a }) => mux(a, zero(w), x)],
    ["a shift", w + 3, ({ x }) => x.shiftLeft(3)],
    [
      "a shift of a choice, cut",
      w + 2,
      ({ x, a }) =>
        where(a, x)
          .shiftLeft(2)
          .extend(w + 5)
          .truncate(w + 2),
    ],
    [
      "a sum",
      w + 3,
      ({ x, a }) =>
        where(a, x)
          .shiftLeft(1)
          .add(x.extend(w + 2)),
    ],
    [
      "a difference",
      w + 3,
      ({ x, a }) =>
        where(a, x)
          .shiftLeft(1)
          .sub(x.extend(w + 2)),
    ],
    [
      "a difference of factors that need more bits than it",
      w + 3,
      ({ x, a, b }) => {
        const fourOrThree = (condition: Bool) =>
          mux(condition, x.shiftLeft(2), x.shiftLeft(1).add(x.extend(w + 1))).extend(w + 3);
        return fourOrThree(a).subWrap(fourOrThree(b));
      },
    ],
    [
      "one of two that exclude each other by a literal",
      w + 1,
      ({ x, a, b }) => anded(where(a.and(b), x.extend(w + 1)), where(a.and(b.not()), x.negate())),
    ],
    [
      "by a disjunction that does not hold",
      w + 1,
      ({ x, a, b }) => anded(where(a.or(b).not(), x.extend(w + 1)), where(a, x.negate())),
    ],
    [
      "by the place of a choice",
      w + 1,
      ({ x, a }) => anded(mux(a, zero(w + 1), x.extend(w + 1)), where(a, x.negate())),
    ],
    [
      "by different values of a state",
      w + 1,
      ({ x, a, b }) => {
        const state = concat(a, b);
        return anded(where(state.eq(1), x.extend(w + 1)), where(state.eq(2), x.negate()));
      },
    ],
    [
      "an adder that leaves low bits out",
      w + 4,
      ({ x, a, b }) => {
        const n = mux(b, x.negate(), x.extend(w + 1)).extend(w + 4);
        const high = where(a, x)
          .extend(w + 1)
          .addWrap(
            n
              .bits(w + 3, 3)
              .asSInt()
              .extend(w + 1),
          );
        return concat(high, n.bits(2, 0)).asSInt();
      },
    ],
  ])("%s is a multiple", (_, out, build) => {
    expect(isMultiple(w, out, build)).toBe(true);
  });

  test.each<readonly [string, number, (io: Io) => SInt]>([
    ["a negation that overflows", w, ({ x }) => zero(w).subWrap(x)],
    ["a complement and one that overflows", w, ({ x }) => x.not().addWrap(one(w))],
    [
      "a complement and three",
      w + 1,
      ({ x }) =>
        x
          .extend(w + 1)
          .not()
          .addWrap(literal(sint(w + 1), 3)),
    ],
    [
      "a sum that overflows",
      w + 1,
      ({ x, a }) =>
        where(a, x)
          .extend(w + 1)
          .addWrap(x.shiftLeft(1)),
    ],
    ["a shift, cut too short", w + 1, ({ x }) => x.shiftLeft(2).truncate(w + 1)],
    [
      "high bits",
      w,
      ({ x }) =>
        x
          .shiftLeft(2)
          .bits(w + 1, 2)
          .asSInt(),
    ],
    [
      "one or the other that may both be there",
      w + 1,
      ({ x, a, b }) => anded(where(a, x.extend(w + 1)), where(b, x.negate())),
    ],
    [
      "by the same literal",
      w + 1,
      ({ x, a, b }) => anded(where(a.and(b), x.extend(w + 1)), where(b, x.negate())),
    ],
    [
      "by a disjunction that holds",
      w + 1,
      ({ x, a, b }) => anded(where(a.or(b), x.extend(w + 1)), where(a.not(), x.negate())),
    ],
    ["a constant that is not 0", w, ({ x, a }) => mux(a, literal(sint(w), 2), x)],
    ["multiples of two values", w + 1, ({ x, a }) => x.add(concat(a, a).asSInt())],
    [
      "an extension with zeros",
      w + 1,
      ({ x }) =>
        x
          .asUInt()
          .extend(w + 1)
          .asSInt(),
    ],
    ["ones below", w + 1, ({ x }) => concat(x, literal(bool(), true)).asSInt()],
    [
      "the bits above without a sign",
      w + 2,
      ({ x, a }) => {
        const n = x.extend(w + 1);
        const high = where(a, x).addWrap(n.bits(w, 2).extend(w).asSInt());
        return concat(high, n.bits(1, 0)).asSInt();
      },
    ],
    [
      "the bits above without the topmost",
      w + 3,
      ({ x, a }) => {
        const n = x.shiftLeft(1);
        const high = where(a, x)
          .extend(w + 1)
          .addWrap(
            n
              .bits(w - 1, 2)
              .asSInt()
              .extend(w + 1),
          );
        return concat(high, n.bits(1, 0)).asSInt();
      },
    ],
    [
      "bits above from another place",
      w + 4,
      ({ x, a }) => {
        const n = x.extend(w + 4);
        const high = where(a, x)
          .extend(w + 2)
          .addWrap(
            n
              .bits(w + 3, 3)
              .asSInt()
              .extend(w + 2),
          );
        return concat(high, n.bits(1, 0)).asSInt();
      },
    ],
  ])("%s is none", (_, out, build) => {
    expect(isMultiple(w, out, build)).toBe(false);
  });
});

test("a factor of a long chain ends at 32 operations", () => {
  const circuit = module({ name: "long", ports: ports(8, 12) }, ({ x, a, b, y }) => {
    let value = x.extend(12);
    for (let i = 0; i < 500; i++) value = mux(i % 2 === 0 ? a : b, zero(12).subWrap(value), value);
    y.set(value);
  });
  const netlist = flatten(circuit, { watch: [] });
  const search = new Search(netlist);
  const found = netlist.cells.flatMap(({ slot }) => search.found(slot) ?? []);
  expect(Math.max(...found.map(({ factor }) => factor.depth))).toBe(32);
});
