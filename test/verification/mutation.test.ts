import { assert, input, type Module, module, output, queue, register, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { propertiesAbout } from "../../formal/index.ts";
import { accumulate } from "../../hdl/accumulate.ts";
import { dot } from "../../hdl/dot.ts";
import { mac } from "../../hdl/mac.ts";
import { decode } from "../../hdl/product/decode.ts";
import { product, registeredProduct } from "../../hdl/product/product.ts";
import { processingElement } from "../../hdl/systolic/processing-element.ts";
import type { Columns } from "../../sim/index.ts";
import { referenceOf } from "../../src/verification/model-of.ts";
import { type MutantOutcome, mutate } from "../../src/verification/mutation.ts";

const circuits: readonly Module[] = [
  decode({}),
  product(),
  accumulate(),
  accumulate({ accumulator: 24, overflow: "saturate" }),
  mac(),
  queue({ type: uint(8), depth: 2 }),
];

/** MUTATION=all: those that take long, and whose parts are above. */
const more: readonly Module[] = [
  registeredProduct(),
  mac({ pipeline: 3 }),
  processingElement({ activation: "int8", width: 29 }),
  dot({ lanes: 2 }),
];
const chosen = process.env.MUTATION === "all" ? [...circuits, ...more] : circuits;

/** Line numbers change with every edit above them. */
const withoutLine = ({ what }: MutantOutcome): string => what.replace(/:\d+\)$/, ")");

const label = ({ name, parameters }: Module): string =>
  [name, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(" ");

const account = (outcomes: readonly MutantOutcome[]): string => {
  const count = (outcome: MutantOutcome["outcome"]): number =>
    outcomes.filter((item) => item.outcome === outcome).length;
  const equivalent = outcomes.filter(({ outcome }) => outcome === "equivalent").map(withoutLine);
  return [
    `${outcomes.length} mutants, ${count("killed")} killed, ${count("equivalent")} proved equivalent, ${count("survived")} survived`,
    ...equivalent.map((what) => `equivalent: ${what}`),
    "",
  ].join("\n");
};

// The golden files are the list of mutants that do the same as the circuit; npx vitest run test/verification -u
// writes them again.
test.each(chosen.map((module) => [label(module), module] as const))(
  "every mutant is killed or proved equivalent: %s",
  async (name, module) => {
    const outcomes = await mutate(module, {
      reference: referenceOf(module),
      properties: propertiesAbout(module),
    });
    const survived = outcomes.filter(({ outcome }) => outcome === "survived");
    expect(survived).toEqual([]);
    await expect(account(outcomes)).toMatchFileSnapshot(
      `../golden/mutants/${name.replaceAll(/[ =]/g, "-")}.txt`,
    );
  },
  1_200_000,
);

test("a circuit without a model is refused", () => {
  const strange = { ...decode(), name: "strange", origin: undefined };
  expect(() => referenceOf(strange)).toThrow(new RangeError("strange has no model"));
});

test("an assertion kills a mutant of which no output tells", async () => {
  const twice = (checked: boolean) =>
    module({ name: "twice", ports: { x: input(uint(2)), y: output(uint(2)) } }, (io) => {
      const [a, b] = ["a", "b"].map((name) => register(name, uint(2), { reset: 0 }));
      for (const copy of [a!, b!]) copy.set(io.x);
      if (checked) assert(a!.eq(b!), "alike");
      io.y.set(a!.or(b!));
    });
  const reference = ({ x }: Columns, cycles: number): Columns => ({
    y: Uint8Array.from({ length: cycles }, (_, i) => (i === 0 ? 0 : Number(x![i - 1]))),
  });
  const outcomeOf = async (checked: boolean) => {
    const outcomes = await mutate(twice(checked), { reference });
    return outcomes.find(({ what }) => what.startsWith("b: bit 1 stuck at 0"))?.outcome;
  };
  expect([await outcomeOf(false), await outcomeOf(true)]).toEqual(["equivalent", "killed"]);
});
