import { expect, test } from "vitest";
import { type Property, propertiesOf, prove, searchWithin } from "../../formal/index.ts";

/** A counter that wraps at 100: 200 is never reached, 5 is in five steps. */
const counter = (assertion: string, kind: "assert" | "cover" = "assert"): Property => ({
  circuit: "counter",
  parameters: {},
  name: assertion,
  kind,
  clocked: true,
  checker: `module check(input clock, input reset, input step);
  reg [7:0] count;
  always @(posedge clock)
    if (reset) count <= 0;
    else if (step) count <= count == 8'd99 ? 8'd0 : count + 8'd1;
  always @* assert (${assertion});
endmodule
`,
});

test("a search finds the shortest run and proves nothing when it finds none", async () => {
  const found = await searchWithin(counter("count != 8'd5"), 30);
  expect(found).toMatchObject({ verdict: "disproved", method: "bounded", depth: 6 });
  expect(await searchWithin(counter("count != 8'd5"), 5)).toMatchObject({
    verdict: "unknown",
    reason: "no run of up to 5 cycles from reset was found; longer ones were not looked at",
  });
  expect((await searchWithin(counter("count != 8'd5"), 6)).verdict).toBe("disproved");
});

test("what is reachable is proved by a run that reaches it", async () => {
  const verdict = await prove(counter("count != 8'd3", "cover"));
  expect(verdict.verdict).toBe("proved");
  if (verdict.verdict !== "proved") return;
  const { step = [] } = verdict.trace?.inputs ?? {};
  expect(step.filter((bit) => bit === 1n).length).toBe(3);
  expect((await searchWithin(counter("count != 8'd20", "cover"), 40)).verdict).toBe("proved");
});

test("what is not reached is unknown, whether or not it ever is", async () => {
  expect(await prove(counter("count < 8'd200", "cover"))).toMatchObject({
    verdict: "unknown",
    method: "bounded",
    depth: 24,
    reason: "no run of up to 24 cycles from reset was found; longer ones were not looked at",
  });
});

test("a circuit without state, or no cycles, is not searched", async () => {
  const [decode] = propertiesOf("decode", {}) as [Property];
  await expect(searchWithin(decode, 3)).rejects.toThrow(
    new RangeError("decode: 3 cycles of a circuit with state are needed"),
  );
  await expect(searchWithin(counter("1"), 0)).rejects.toThrow(RangeError);
});
