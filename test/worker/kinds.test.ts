import { input, module, output, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { propertiesAbout, propertiesOf, prove, questionOf } from "../../formal/index.ts";
import { accumulate } from "../../hdl/accumulate.ts";
import { mac } from "../../hdl/mac.ts";
import { decode, encode } from "../../src/farm/encoding.ts";
import { type Outcome, pieceOf, work } from "../../src/farm/index.ts";
import { referenceOf } from "../../src/verification/model-of.ts";
import { mutantRanges, mutation } from "../../src/verification/mutant-ranges.ts";
import { mutate } from "../../src/verification/mutation.ts";
import { proof } from "../../src/verification/proof.ts";
import { kinds } from "../../src/worker/kinds.ts";

const done = async (piece: ReturnType<typeof pieceOf>): Promise<unknown> => {
  const outcome: Outcome = await work(kinds, piece, new Map());
  if (outcome.state !== "done") throw new Error(JSON.stringify(outcome));
  return decode(outcome.result);
};

test("a proof on a worker is the proof: proved, disproved with its trace, vacuous", async () => {
  const inverter = module(
    { name: "inverter", ports: { a: input(uint(4)), c: output(uint(4)) } },
    (io) => io.c.set(io.a.not()),
  );
  const around = (body: string) => ({
    circuit: "inverter",
    parameters: {},
    name: "said",
    subject: inverter,
    clocked: false,
    checker: `module check(input [3:0] a); wire [3:0] c; inverter dut(.a(a), .c(c)); ${body} endmodule\n`,
  });
  const [first] = propertiesOf("queue", {});
  const properties = [
    around("always @* assert (c == ~a);"),
    around("always @* assert (c != 4'd9);"),
    around("always @* assert (1);"),
    first!,
  ];
  const verdicts = await Promise.all(
    properties.map(async (property) => [
      await done(pieceOf(proof, questionOf(property))),
      await prove(property),
    ]),
  );
  for (const [there, here] of verdicts)
    expect(there).toEqual({ ...(here as object), seconds: expect.any(Number) });
  expect(verdicts.map(([, here]) => (here as { verdict: string }).verdict)).toEqual([
    ...["proved", "disproved", "vacuous", "proved"],
  ]);
});

test("the pieces of a mutation are the whole: the same fates in the same order", async () => {
  const given = { accumulator: 24, overflow: "saturate" } as const;
  const circuit = accumulate(given);
  const ranges = mutantRanges("accumulate", given, circuit);
  const some = [ranges[0]!, ranges[3]!, ranges.at(-1)!];
  const outcomes = await Promise.all(some.map((range) => done(pieceOf(mutation, range))));
  const options = { reference: referenceOf(circuit), properties: propertiesAbout(circuit) };
  const whole = await mutate(circuit, options);
  expect(ranges.at(-1)!.to).toBe(whole.length);
  expect(ranges.map(({ from }) => from).slice(1)).toEqual(ranges.map(({ to }) => to).slice(0, -1));
  expect(outcomes).toEqual(some.map(({ from, to }) => whole.slice(from, to)));
});

test("a circuit whose Verilog is another here is not mutated", async () => {
  const [range] = mutantRanges("mac", {}, mac());
  const outcome = await work(kinds, pieceOf(mutation, { ...range!, verilog: "0" }), new Map());
  expect(outcome).toMatchObject({ state: "failed", isDefect: true });
});

test("a line that moves in TypeScript asks nothing new of the prover", () => {
  const moved = propertiesOf("mac", {}).map(questionOf);
  for (const { sources } of moved) expect(encode(sources)).not.toContain("//");
});
