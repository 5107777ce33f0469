import {
  type Bool,
  concat,
  input,
  instance,
  memory,
  module,
  mux,
  output,
  register,
  type SInt,
  sint,
  type UInt,
  uint,
} from "@chisel-ts/core";
import fc from "fast-check";

/** One random operation: which, on which earlier values, with which numbers. */
export interface Step {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly n: number;
}

export interface Recipe {
  readonly widths: readonly number[];
  readonly steps: readonly Step[];
}

const step = fc.record({
  kind: fc.nat(30),
  a: fc.nat(1000),
  b: fc.nat(1000),
  c: fc.nat(1000),
  n: fc.nat(1000),
});

/** Circuits of 1 to 40 operations on 1 to 4 inputs of 1 to 200 bits. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  widths: fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom(1, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
});

const widest = 260;
const resize = (value: UInt, width: number): UInt =>
  value.width >= width ? value.truncate(width) : value.extend(width);
const bit = (value: UInt): Bool => value.bit(value.width - 1);

/** The result of a step; every operation of the table is reachable, also through signed signals. */
function apply(s: Step, x: UInt, y: UInt, z: UInt): UInt {
  const same = resize(y, x.width);
  const sx: SInt = x.asSInt();
  const sy: SInt = same.asSInt();
  const by = resize(y, 1 + (s.n % 9));
  const operations: (() => UInt)[] = [
    () => x.not(),
    () => x.and(same),
    () => x.or(same),
    () => x.xor(same),
    () => x.add(y),
    () => x.addWrap(same),
    () => x.subWrap(same),
    () => x.mul(y),
    () => sx.mul(y.asSInt()).asUInt(),
    () => x.eq(same).asUInt(),
    () => x.lt(same).asUInt(),
    () => sx.lt(sy).asUInt(),
    () => mux(bit(z), x, same),
    () => x.shiftLeftBy(resize(y, 1 + (s.n % 6))),
    () => x.shiftRightBy(by),
    () => sx.shiftRightBy(by).asUInt(),
    () => x.bits(x.width - 1 - (s.n % x.width), Math.min(s.c, x.width - 1 - (s.n % x.width))),
    () => concat(x, y, z),
    () => x.extend(x.width + (s.n % 70)),
    () => sx.extend(x.width + (s.n % 70)).asUInt(),
    () => x.andReduce().asUInt(),
    () => x.orReduce().asUInt(),
    () => x.xorReduce().asUInt(),
    () => sx.negate().asUInt(),
    () => x.sub(y).asUInt(),
  ];
  const [first = () => x] = operations;
  return (operations[s.kind] ?? first)();
}

/** Builds the circuit of a recipe: operations, registers, memories and a repeated instance. */
export function build({ widths, steps }: Recipe) {
  const child = module(
    { name: "child", ports: { x: input(uint(9)), y: output(uint(9)) } },
    (io) => {
      const seen = register("seen", uint(9), { reset: 5 });
      seen.set(io.x.addWrap(seen));
      io.y.set(seen.xor(io.x));
    },
  );
  const inputs = Object.fromEntries(widths.map((width, i) => [`in${i}`, input(uint(width))]));
  return module(
    { name: "random", ports: { ...inputs, result: output(uint(64)), low: output(sint(70)) } },
    (io) => {
      const pool: UInt[] = widths.map((_, i) => (io as unknown as Record<string, UInt>)[`in${i}`]!);
      const pick = (index: number): UInt => pool[index % pool.length]!;
      steps.forEach((s, index) => {
        const [x, y, z] = [pick(s.a), pick(s.b), pick(s.c)];
        let next: UInt;
        if (s.kind === 25 || s.kind === 26) {
          const state = register(`r${index}`, uint(x.width), s.kind === 25 ? { reset: 0 } : {});
          state.set(mux(bit(y), x, state));
          next = state;
        } else if (s.kind === 27) {
          const words = memory(`m${index}`, { depth: 1 + (s.n % 20), type: uint(x.width) });
          const address = resize(z, words.addressWidth);
          words.write(address, x, bit(y));
          next = words.read(`q${index}`, resize(y, words.addressWidth), bit(z));
        } else if (s.kind === 28) {
          next = instance(`u${index}`, child, { x: resize(x, 9) }).y;
        } else {
          next = apply(s, x, y, z);
        }
        pool.push(next.width > widest ? next.truncate(widest) : next);
      });
      const all = pool.reduce((sum, value) =>
        resize(sum, 64).xor(resize(value, 64)).addWrap(resize(sum.not(), 64)),
      );
      io.result.set(resize(all, 64));
      io.low.set(resize(pool.at(-1)!, 70).asSInt());
    },
  );
}
