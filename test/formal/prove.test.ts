import { expect, test } from "vitest";
import { type Property, properties as propertiesOfEveryKind, prove } from "../../formal/index.ts";
import { accumulateProperties } from "../../formal/specification/accumulate.ts";
import { accumulate } from "../../hdl/accumulate.ts";

const label = ({ circuit, parameters, name }: Property): string =>
  `${circuit} ${JSON.stringify(parameters)}: ${name}`;

const properties = propertiesOfEveryKind();

test("the properties of every circuit, for parameters of every kind, are in the list", () => {
  const counts = (format: string): number[] =>
    ["product", "accumulate", "mac"].map(
      (circuit) =>
        properties.filter(
          (property) =>
            property.circuit === circuit && (property.parameters.format ?? "rf8") === format,
        ).length,
    );
  const count = (circuit: string): number =>
    properties.filter((property) => property.circuit === circuit).length;
  expect(["decode", "dot", "queue", "systolic"].map(count)).toEqual([1, 11, 105, 6]);
  expect(count("processing_element")).toBeGreaterThan(12);
  expect(counts("rf8")).toEqual([18, 34, 104]);
  expect(["int8", "e4m3", "e5m2"].map(counts)).toEqual([
    [8, 9, 8],
    [12, 17, 12],
    [8, 12, 8],
  ]);
});

test.each(properties.map((property) => [label(property), property] as const))(
  "proved: %s",
  async (_, property) => {
    expect(await prove(property)).toMatchObject({ verdict: "proved" });
  },
);

test("what is true but closes no induction is unknown, with what was tried", async () => {
  // A counter that wraps at 100 never reaches 200, but from 150 it would: no depth below 50 helps.
  const property: Property = {
    circuit: "counter",
    parameters: {},
    name: "never 200",
    clocked: true,
    checker: `module check(input clock, input reset);
  reg [7:0] count;
  always @(posedge clock) count <= reset || count == 8'd99 ? 8'd0 : count + 8'd1;
  always @* assert (count != 8'd200);
endmodule
`,
  };
  expect(await prove(property)).toMatchObject({
    verdict: "unknown",
    depth: 12,
    reason: "no induction of up to 12 cycles closes, and no counter-example starts from reset",
  });
});

test("a specification that does not compile is no proof", async () => {
  const [property] = accumulateProperties(accumulate.complete());
  const broken = {
    ...property!,
    checker: property!.checker.replace("assert (sum == s);", "assert (sum = s;"),
  };
  const verdict = await prove(broken);
  expect(verdict.verdict).toBe("unknown");
  expect(JSON.stringify(verdict)).toContain("syntax error");
});
