import { expect, test } from "vitest";
import { type Property, propertiesOf, type Trace } from "../../formal/index.ts";
import { type Mistake, proveBroken } from "../support/planted.ts";

interface Bug extends Mistake {
  readonly what: string;
  readonly property: Property;
  /** What the inputs of some cycle of the counter-example have to be. */
  readonly shows?: (cycle: Readonly<Record<string, bigint>>) => boolean;
}

const [decode] = propertiesOf("decode", {}) as [Property];
const [product] = propertiesOf("product", { activation: "int8" }) as [Property];
const [, registered] = propertiesOf("product", { activation: "int8" }) as [Property, Property];
const [wrapping] = propertiesOf("accumulate", { accumulator: 24 }) as [Property];
const [saturating] = propertiesOf("accumulate", { accumulator: 24, overflow: "saturate" }) as [
  Property,
];
const productsOf = (format: "int8" | "e4m3" | "e5m2") =>
  propertiesOf("product", { format }) as [Property, Property];
const [int8, int8Registered] = productsOf("int8");
const [e4m3] = productsOf("e4m3");
const [e5m2] = productsOf("e5m2");
const [boothDadda] = propertiesOf("product", { format: "int8", multiplier: "booth-dadda" }) as [
  Property,
];
const [e4m3Twice] = propertiesOf("product", { format: "e4m3", activation: "e4m3" }) as [Property];
const [mac] = propertiesOf("mac", { pipeline: 2 }) as [Property];
const negative = (bits: bigint | undefined): boolean => (bits ?? 0n) >= 128n;

const bugs: readonly Bug[] = [
  {
    what: "swapped residual codes",
    property: decode,
    mutant: "the literal 7: one less",
    line: "const is",
  },
  {
    what: "the second term added where it is to be taken away",
    property: decode,
    mutant: "the literal 3: one less",
    line: "subtract.set",
    shows: ({ weight = 0n }) => (weight & 7n) === 2n,
  },
  {
    what: "NaN not reported",
    property: decode,
    mutant: "not: inverted",
    line: "invalid.set",
  },
  {
    what: "NaN leaking into the product",
    property: product,
    mutant: "active: stuck at 1",
    shows: ({ weight = 0n }) => (weight & 0x7fn) === 0n,
  },
  {
    what: "off-by-one shift",
    property: product,
    mutant: "concat: operands swapped",
    line: "const once",
  },
  {
    what: "missing sign extension",
    property: product,
    mutant: "signExtend: zeroExtend for signExtend",
    line: "shiftLeftBy",
  },
  {
    what: "the sign of -128 lost in the negation",
    property: product,
    mutant: "signExtend: zeroExtend for signExtend",
    line: "x.negate()",
    shows: ({ activation }) => negative(activation),
  },
  {
    what: "INT8 weights without their sign",
    property: int8,
    mutant: "product: multiplyUnsigned for multiplySigned",
  },
  {
    what: "a half of an INT8 weight at the wrong place",
    property: int8Registered,
    mutant: "slice: bits 6 to 3 for 7 to 4",
  },
  {
    what: "NaN leaking into the product of E4M3",
    property: e4m3,
    mutant: "significand: always the second branch",
    shows: ({ weight = 0n }) => (weight & 0x7fn) === 0x7fn,
  },
  {
    what: "a Booth digit of two taken where only the high bits ask for it",
    property: boothDadda,
    mutant: "xor: or for xor",
    line: "two: high.xor(middle)",
    place: 0,
  },
  {
    what: "an E4M3 activation that is NaN taken for a number",
    property: e4m3Twice,
    mutant: "mux: always the second branch",
    line: "const significand",
    shows: ({ activation = 0n }) => (activation & 0x7fn) === 0x7fn,
  },
  {
    what: "an E5M2 infinity or NaN taken for a number",
    property: e5m2,
    mutant: "invalid: stuck at 0",
    shows: ({ weight = 0n }) => (weight & 0x7cn) === 0x7cn,
  },
  {
    what: "subnormals of E5M2 half as large",
    property: e5m2,
    mutant: "concat: operands swapped",
    line: "mantissa.shiftLeft(1)",
    place: 1,
    shows: ({ weight = 0n }) => (weight & 0x7cn) === 0n && (weight & 3n) !== 0n,
  },
  {
    what: "stale pipeline register",
    property: registered,
    mutant: "shift_exponent: never written",
  },
  {
    what: "lost carry",
    property: wrapping,
    mutant: "total: or for add",
  },
  {
    what: "clear losing to the old sum",
    property: wrapping,
    mutant: "base: always the second branch",
    shows: ({ clear }) => clear === 1n,
  },
  {
    what: "a sum without enable",
    property: wrapping,
    mutant: "mux: always the first branch",
    line: "when(io.enable",
    place: 0,
    shows: ({ enable }) => enable === 0n,
  },
  {
    what: "overflow that forgets",
    property: wrapping,
    mutant: "or: first operand left out",
    line: "overflowed.set",
  },
  {
    what: "invalid that survives a clear",
    property: wrapping,
    mutant: "and: first operand left out",
    line: "invalid.set",
    shows: ({ clear }) => clear === 1n,
  },
  {
    what: "saturation one too late",
    property: saturating,
    mutant: "the literal 8388607: one less",
  },
  {
    what: "controls one cycle ahead of their product",
    property: mac,
    mutant: "operands_enable: not delayed",
  },
  {
    what: "a wrong sum after a reset",
    property: wrapping,
    mutant: "acc: bit 3 wrong after a reset",
  },
];

const cyclesOf = ({ inputs, cycles }: Trace): Record<string, bigint>[] =>
  Array.from({ length: cycles }, (_, i) =>
    Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, values[i]!])),
  );

test.each(bugs)("disproved: $what", async ({ property, shows, ...mistake }) => {
  const verdict = await proveBroken(property, mistake);
  expect(verdict.verdict).toBe("disproved");
  if (verdict.verdict !== "disproved") return;
  const { trace } = verdict;
  expect(trace.cycles).toBeGreaterThan(0);
  expect(Object.keys(trace.inputs)).toEqual(expect.arrayContaining(inputsOf(property)));
  if (shows)
    expect(cyclesOf(trace)).toSatisfy((all: ReturnType<typeof cyclesOf>) => all.some(shows));
});

const inputsOf = ({ subject }: Property): string[] => subject?.inputs.map(({ name }) => name) ?? [];
