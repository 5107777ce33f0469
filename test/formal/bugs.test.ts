import { expect, test } from "vitest";
import { type Property, propertiesOf, type Trace } from "../../formal/index.ts";
import { proveSources, sourcesOf } from "../../formal/prove.ts";

interface Bug {
  readonly what: string;
  readonly property: Property;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
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
    ...{
      property: decode,
      file: "decode.v",
      right: "3'd7, (weight[2:0] == 3'd0)",
      wrong: "3'd6, (weight[2:0] == 3'd0)",
    },
  },
  {
    what: "the second term added where it is to be taken away",
    ...{ property: decode, file: "decode.v", right: "< 3'd3", wrong: "< 3'd2" },
    shows: ({ weight = 0n }) => (weight & 7n) === 2n,
  },
  {
    what: "NaN not told",
    ...{
      property: decode,
      file: "decode.v",
      right: "weight[7] & !active",
      wrong: "weight[7] & active",
    },
  },
  {
    what: "NaN leaking into the product",
    ...{
      property: product,
      file: "decode.v",
      right: "active = |weight[6:0]",
      wrong: "active = |weight",
    },
    shows: ({ weight }) => weight === 0x80n,
  },
  {
    what: "off-by-one shift",
    ...{
      property: product,
      file: "product.v",
      right: "{second, 1'b0}",
      wrong: "{second[11:0], 2'd0}",
    },
  },
  {
    what: "missing sign extension",
    ...{
      property: product,
      file: "product.v",
      right: "{{15{sum[12]}}, sum}",
      wrong: "{15'd0, sum}",
    },
  },
  {
    what: "the sign of -128 lost in the negation",
    ...{
      property: product,
      file: "product.v",
      right: "9'd0 - {activation[7], activation}",
      wrong: "{9{activation != 8'd0}} & (9'd0 - {1'b0, activation})",
    },
    shows: ({ activation }) => negative(activation),
  },
  {
    what: "INT8 weights without their sign",
    ...{
      property: int8,
      file: "int8_product.v",
      right: "{{8{weight[7]}}, weight}",
      wrong: "{8'd0, weight}",
    },
    shows: ({ weight }) => negative(weight),
  },
  {
    what: "a half of an INT8 weight at the wrong place",
    ...{
      property: int8Registered,
      file: "int8_product_registered.v",
      right: "{halves_high, 4'd0}",
      wrong: "{halves_high[10:0], 5'd0}",
    },
  },
  {
    what: "NaN leaking into the product of E4M3",
    ...{
      property: e4m3,
      file: "e4m3_product.v",
      right: "invalid ? 4'd0 :",
      wrong: "1'b0 ? 4'd0 :",
    },
    shows: ({ weight = 0n }) => (weight & 0x7fn) === 0x7fn,
  },
  {
    what: "a Booth digit of two taken where only the high bits ask for it",
    ...{
      property: boothDadda,
      file: "int8_product.v",
      right: "(weight[7] ^ weight[6]) & !",
      wrong: "(weight[7] | weight[6]) & !",
    },
    shows: ({ weight = 0n }) => weight >> 6n === 3n,
  },
  {
    what: "an E4M3 activation that is NaN taken for a number",
    ...{
      property: e4m3Twice,
      file: "e4m3_product.v",
      right: "reduceAnd_2 ? 4'd0 :",
      wrong: "1'b0 ? 4'd0 :",
    },
    shows: ({ activation = 0n }) => (activation & 0x7fn) === 0x7fn,
  },
  {
    what: "an E5M2 infinity taken for a number",
    ...{
      property: e5m2,
      file: "e5m2_product.v",
      right: "invalid = &exponent",
      wrong: "invalid = &exponent & |weight[1:0]",
    },
    shows: ({ weight = 0n }) => (weight & 0x7fn) === 0x7cn,
  },
  {
    what: "subnormals of E5M2 half as large",
    ...{
      property: e5m2,
      file: "e5m2_product.v",
      right: "{weight[1:0], 1'b0}",
      wrong: "{1'b0, weight[1:0]}",
    },
    shows: ({ weight = 0n }) => (weight & 0x7cn) === 0n && (weight & 3n) !== 0n,
  },
  {
    what: "stale pipeline register",
    ...{
      property: registered,
      file: "product_registered.v",
      right: "shift_exponent <= decoder_exponent",
      wrong: "shift_exponent <= shift_exponent",
    },
  },
  {
    what: "lost carry",
    ...{
      property: wrapping,
      file: "accumulate.v",
      right: "acc <= total[23:0]",
      wrong: "acc <= {total[23:12] ^ {11'd0, total[12] & base[11]}, total[11:0]}",
    },
  },
  {
    what: "clear losing to the old sum",
    ...{ property: wrapping, file: "accumulate.v", right: "clear ? 24'd0 : acc", wrong: "acc" },
  },
  {
    what: "clear without enable",
    ...{
      property: wrapping,
      file: "accumulate.v",
      right: "if (reset) begin",
      wrong: "if (reset | clear & !enable) begin",
    },
    shows: ({ clear, enable }) => clear === 1n && enable === 0n,
  },
  {
    what: "overflow that forgets",
    ...{
      property: wrapping,
      file: "accumulate.v",
      right: "(!clear & overflow_seen) | overflows",
      wrong: "overflows",
    },
  },
  {
    what: "invalid that survives a clear",
    ...{
      property: wrapping,
      file: "accumulate.v",
      right: "(!clear & invalid_seen) | invalid_product",
      wrong: "invalid_seen | invalid_product",
    },
  },
  {
    what: "saturation one too late",
    ...{ property: saturating, file: "accumulate.v", right: "24'h7fffff", wrong: "24'd8388606" },
  },
  {
    what: "controls one cycle ahead of their product",
    ...{
      property: mac,
      file: "mac.v",
      right: "term_enable <= operands_enable",
      wrong: "term_enable <= enable",
    },
  },
  {
    what: "no reset",
    ...{ property: wrapping, file: "accumulate.v", right: "acc <= 24'd0;", wrong: "acc <= acc;" },
  },
];

const cyclesOf = ({ inputs, cycles }: Trace): Record<string, bigint>[] =>
  Array.from({ length: cycles }, (_, i) =>
    Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, values[i]!])),
  );

test.each(bugs)("disproved: $what", async ({ property, file, right, wrong, shows }) => {
  const sources = sourcesOf(property);
  expect(sources[file]).toContain(right);
  const broken = { ...sources, [file]: sources[file]!.replaceAll(right, wrong) };
  const verdict = await proveSources(property, broken);
  expect(verdict.verdict).toBe("disproved");
  if (verdict.verdict !== "disproved") return;
  const { trace } = verdict;
  expect(trace.cycles).toBeGreaterThan(0);
  expect(Object.keys(trace.inputs)).toEqual(expect.arrayContaining(inputsOf(property)));
  if (shows)
    expect(cyclesOf(trace)).toSatisfy((all: ReturnType<typeof cyclesOf>) => all.some(shows));
});

const inputsOf = ({ subject }: Property): string[] => subject?.inputs.map(({ name }) => name) ?? [];
