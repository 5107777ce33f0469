import { describe, expect, test } from "vitest";
import {
  bool,
  CircuitError,
  concat,
  input,
  instance,
  literal,
  memory,
  module,
  mux,
  output,
  register,
  type SInt,
  sint,
  type Target,
  type UInt,
  uint,
  unused,
} from "../src/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: values that the type checker would stop
type Io = { x: UInt; s: SInt; y: Target<UInt> & { set(value: any): void } };
const child = module({ name: "child", ports: { a: input(uint(4)), b: output(uint(4)) } }, (io) =>
  io.b.set(io.a),
);
// biome-ignore lint/suspicious/noExplicitAny: as above
const any = (value: unknown): any => value;

/** The message without the line numbers of this file. */
function refusal(body: (io: Io) => unknown): string {
  try {
    module(
      { name: "m", ports: { x: input(uint(8)), s: input(sint(8)), y: output(uint(8)) } },
      (io) => {
        unused(io.x, io.s);
        const value = body(io);
        io.y.set(value as UInt);
      },
    );
  } catch (error) {
    expect(error).toBeInstanceOf(CircuitError);
    expect((error as Error).message).toMatch(/test\/numbers\.test\.ts:\d+/);
    return (error as Error).message.replaceAll(/ ?\(?test\/numbers\.test\.ts:\d+\)?/g, "");
  }
  return "accepted";
}

const cases: Record<string, (io: Io) => unknown> = {
  "set(256)": () => 256,
  "set(-1)": () => -1,
  "set(1.5)": () => 1.5,
  "set(NaN)": () => Number.NaN,
  "set(undefined)": () => undefined,
  "add(300)": ({ x }) => x.add(300),
  "s.add(128)": ({ s }) => s.add(128),
  "eq(256)": ({ x }) => x.eq(256),
  "add(undefined)": ({ x }) => x.add(any(undefined)),
  "add(null)": ({ x }) => x.add(any(null)),
  "add(true)": ({ x }) => x.add(any(true)),
  'add("1")': ({ x }) => x.add(any("1")),
  "lt of another type": ({ x, s }) => x.lt(any(s)),
  "and of another type": ({ x }) => x.bits(0, 0).and(any(x.bit(1))),
  "reset: 300": () => register("r", uint(8), { reset: 300 }),
  "reset: a signal": ({ x }) => register("r", uint(8), { reset: any(x) }),
  contents: () => memory("words", { depth: 2, type: uint(8), contents: [1, 256] }),
  "an address": () => memory("words", { depth: 2, type: uint(8), contents: [1] }).read("word", 2),
  data: () => memory("words", { depth: 2, type: uint(8) }).write(0, 256),
  "an instance's input": () => instance("u", child, { a: 16 }).b,
  "uint(0)": () => uint(0),
  "uint(1.5)": () => uint(1.5),
  "uint(NaN)": () => uint(Number.NaN),
  "sint(-1)": () => sint(-1),
  "uint(2 ** 21)": () => uint(2 ** 21),
  "a literal of 1000 bits": () => literal(uint(1000), 1n << 1000n),
  "bit(8)": ({ x }) => x.bit(8),
  "bit(-1)": ({ x }) => x.bit(-1),
  "bit(0.5)": ({ x }) => x.bit(0.5),
  "bits(8, 0)": ({ x }) => x.bits(8, 0),
  "bits(0, 1)": ({ x }) => x.bits(0, 1),
  "truncate(9)": ({ x }) => x.truncate(9),
  "truncate(0)": ({ x }) => x.truncate(0),
  "extend(7)": ({ x }) => x.extend(7),
  "extend(NaN)": ({ x }) => x.extend(Number.NaN),
  "extend(2 ** 40)": ({ x }) => x.extend(2 ** 40),
  "replicate(0)": ({ x }) => x.bit(0).replicate(0),
  "replicate(-1)": ({ x }) => x.bit(0).replicate(-1),
  "replicate(2 ** 32)": ({ x }) => x.bit(0).replicate(2 ** 32),
  "shiftLeft(-1)": ({ x }) => x.shiftLeft(-1),
  "shiftLeft(0.5)": ({ x }) => x.shiftLeft(0.5),
  "shiftLeft(2 ** 40)": ({ x }) => x.shiftLeft(2 ** 40),
  "shiftLeftWrap(-1)": ({ x }) => x.shiftLeftWrap(-1),
  "shiftRight(-1)": ({ x }) => x.shiftRight(-1),
  "shiftRight(NaN)": ({ x }) => x.shiftRight(Number.NaN),
  "shiftLeftBy of 32 bits": ({ x }) => x.shiftLeftBy(concat(x, x, x, x)),
  "shiftLeftBy(3)": ({ x }) => x.shiftLeftBy(any(3)),
  "shiftRightBy of an SInt": ({ x, s }) => x.shiftRightBy(any(s)),
  "mux of two numbers": ({ x }) => mux(x.bit(0), any(1), any(2)),
  "mux of one number": ({ x }) => mux(x.bit(0), x, any(2)),
  "mux of two types": ({ x, s }) => mux(x.bit(0), x, any(s)),
  "mux by a UInt": ({ x }) => mux(any(x), x, x),
  "concat()": () => concat(),
  "concat([])": () => concat([]),
  "concat of a number": ({ x }) => concat(x, any(1)),
  "a product too wide": ({ x }) => {
    const wide = x.extend(2 ** 20);
    return wide.mul(wide);
  },
};

test("a number out of range is refused with names, widths and the line", () => {
  const messages = Object.entries(cases).map(([name, body]) => `${name}: ${refusal(body)}`);
  expect(messages).toMatchInlineSnapshot(`
    [
      "set(256): 256 does not fit \`y\`, UInt 8 (0 to 255): it needs 9 bits",
      "set(-1): -1 does not fit \`y\`, UInt 8 (0 to 255): it is negative",
      "set(1.5): 1.5 does not fit \`y\`, UInt 8: it is not a whole number",
      "set(NaN): NaN does not fit \`y\`, UInt 8: it is not a whole number",
      "set(undefined): \`y\` needs a signal or a number, not undefined",
      "add(300): 300 does not fit \`x\` (8 bits), UInt 8 (0 to 255): it needs 9 bits",
      "s.add(128): 128 does not fit \`s\` (8 bits), SInt 8 (-128 to 127): it needs 9 bits",
      "eq(256): 256 does not fit \`x\` (8 bits), UInt 8 (0 to 255): it needs 9 bits",
      "add(undefined): \`x\` (8 bits), UInt 8 needs a number, not undefined",
      "add(null): \`x\` (8 bits), UInt 8 needs a number, not null",
      "add(true): true does not fit \`x\` (8 bits), UInt 8",
      "add("1"): \`x\` (8 bits), UInt 8 needs a number, not string",
      "lt of another type: \`x\` (8 bits) of type UInt 8 does not go with \`s\` (8 bits) of type SInt 8; asUInt, asSInt and bit convert",
      "and of another type: the slice of (1 bit) of type UInt 1 does not go with the slice of (1 bit) of type Bool; asUInt, asSInt and bit convert",
      "reset: 300: 300 does not fit \`r\` at reset, UInt 8 (0 to 255): it needs 9 bits",
      "reset: a signal: \`r\` at reset, UInt 8 needs a number, not object",
      "contents: 256 does not fit \`words[1]\`, UInt 8 (0 to 255): it needs 9 bits",
      "an address: 2 does not fit \`words address\`, UInt 1 (0 to 1): it needs 2 bits",
      "data: 256 does not fit \`words data\`, UInt 8 (0 to 255): it needs 9 bits",
      "an instance's input: 16 does not fit \`u.a\`, UInt 4 (0 to 15): it needs 5 bits",
      "uint(0): uint(0): a width is a whole number of bits from 1 to 1048576",
      "uint(1.5): uint(1.5): a width is a whole number of bits from 1 to 1048576",
      "uint(NaN): uint(NaN): a width is a whole number of bits from 1 to 1048576",
      "sint(-1): sint(-1): a width is a whole number of bits from 1 to 1048576",
      "uint(2 ** 21): uint(2097152): a width is a whole number of bits from 1 to 1048576",
      "a literal of 1000 bits: a number of 1001 bits does not fit UInt 1000 (0 to 2^1000 - 1): it needs 1001 bits",
      "bit(8): bit of \`x\` (8 bits) is a whole number from 0 to 7, not 8",
      "bit(-1): bit of \`x\` (8 bits) is a whole number from 0 to 7, not -1",
      "bit(0.5): bit of \`x\` (8 bits) is a whole number from 0 to 7, not 0.5",
      "bits(8, 0): the high bit of bits of \`x\` (8 bits) is a whole number from 0 to 7, not 8",
      "bits(0, 1): the low bit of bits of \`x\` (8 bits) is a whole number from 0 to 0, not 1",
      "truncate(9): the width of truncate of \`x\` (8 bits) is a whole number from 1 to 8, not 9; extend makes it wider",
      "truncate(0): the width of truncate of \`x\` (8 bits) is a whole number from 1 to 8, not 0",
      "extend(7): the width of extend of \`x\` (8 bits) is a whole number from 8 to 1048576, not 7; truncate says that bits are dropped",
      "extend(NaN): the width of extend of \`x\` (8 bits) is a whole number from 8 to 1048576, not NaN",
      "extend(2 ** 40): the width of extend of \`x\` (8 bits) is a whole number from 8 to 1048576, not 1099511627776",
      "replicate(0): the number of times of replicate of the slice of (1 bit) is a whole number from 1 to 1048576, not 0",
      "replicate(-1): the number of times of replicate of the slice of (1 bit) is a whole number from 1 to 1048576, not -1",
      "replicate(2 ** 32): the number of times of replicate of the slice of (1 bit) is a whole number from 1 to 1048576, not 4294967296",
      "shiftLeft(-1): the distance of shiftLeft of \`x\` (8 bits) is a whole number from 0 to 1048568, not -1",
      "shiftLeft(0.5): the distance of shiftLeft of \`x\` (8 bits) is a whole number from 0 to 1048568, not 0.5",
      "shiftLeft(2 ** 40): the distance of shiftLeft of \`x\` (8 bits) is a whole number from 0 to 1048568, not 1099511627776",
      "shiftLeftWrap(-1): the distance of shiftLeftWrap of \`x\` (8 bits) is a whole number from 0 to 9007199254740991, not -1",
      "shiftRight(-1): the distance of shiftRight of \`x\` (8 bits) is a whole number from 0 to 9007199254740991, not -1",
      "shiftRight(NaN): the distance of shiftRight of \`x\` (8 bits) is a whole number from 0 to 9007199254740991, not NaN",
      "shiftLeftBy of 32 bits: shiftLeftBy of \`x\` (8 bits) by the concat of (32 bits) would be 8 + 2^32 - 1 bits wide, and 65536 are the most; truncate the distance, or keep the width with shiftLeftByWrap",
      "shiftLeftBy(3): shiftLeftBy of \`x\` (8 bits) takes a UInt as its distance, not 3; shiftLeft takes a number",
      "shiftRightBy of an SInt: shiftRightBy of \`x\` (8 bits) takes a UInt as its distance, not \`s\` (8 bits) of type SInt 8; shiftRight takes a number",
      "mux of two numbers: mux chooses between signals, not 1; literal(type, value) makes one",
      "mux of one number: mux chooses between signals, not 2; literal(type, value) makes one",
      "mux of two types: mux needs branches of one type, not \`x\` (8 bits) of type UInt 8 and \`s\` (8 bits) of type SInt 8",
      "mux by a UInt: mux chooses by a Bool, not by \`x\` (8 bits) of type UInt 8",
      "concat(): concat needs one signal or more",
      "concat([]): concat needs one signal or more",
      "concat of a number: concat takes signals; part 1 is 1",
      "a product too wide: multiplyUnsigned of the zeroExtend of (1048576 bits) and the zeroExtend of (1048576 bits) would be 2097152 bits wide; a signal has at most 1048576",
    ]
  `);
});

test("state without a driver is refused", () => {
  expect(refusal(({ x }) => register("r", uint(8)).or(x))).toMatchInlineSnapshot(
    `"register \`r\` (8 bits) is never driven: nothing sets it and it has no reset value"`,
  );
  expect(
    refusal(({ x }) => {
      const r = register("r", uint(8));
      r.set(r);
      return x.or(r);
    }),
  ).toContain("never driven");
  expect(
    refusal(({ x }) => memory("words", { depth: 4, type: uint(8) }).read("word", x.bits(1, 0))),
  ).toMatchInlineSnapshot(
    `"memory \`words\` (4 words of 8 bits) is never driven: nothing writes it and it has no contents"`,
  );
  expect(refusal(({ x }) => register("r", uint(8), { reset: 1 }).or(x))).toBe("accepted");
});

describe("what fits is computed", () => {
  const u8 = (value: number) => literal(uint(8), value);
  test("lists and arguments of concat", () => {
    expect(concat([u8(1), u8(2)]).value).toBe(0x102n);
    expect(concat(u8(1), u8(2)).value).toBe(0x102n);
    expect(concat(literal(bool(), true)).value).toBe(1n);
  });
  test("left shifts that keep the width", () => {
    for (let by = 0; by < 20; by++) {
      const wrapped = BigInt.asUintN(8, 0xb5n << BigInt(by));
      expect(u8(0xb5).shiftLeftWrap(by).value).toBe(wrapped);
      expect(u8(0xb5).shiftLeftByWrap(literal(uint(5), by)).value).toBe(wrapped);
      const signed = literal(sint(8), -75);
      expect(signed.shiftLeftWrap(by).value).toBe(BigInt.asIntN(8, -75n << BigInt(by)));
      expect(signed.shiftLeftByWrap(literal(uint(100), by)).value).toBe(
        BigInt.asIntN(8, -75n << BigInt(by)),
      );
    }
  });
});
