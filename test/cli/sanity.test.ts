import { expect, test } from "vitest";
import { rf8 } from "./run.ts";

test("prove --sanity names a mistake that breaks each property", () => {
  const { status, stdout } = rf8(".", "prove", "decode", "--sanity", "--json");
  expect(JSON.parse(stdout).rows).toEqual([
    expect.objectContaining({
      circuit: "decode",
      verdict: "proved",
      vacuous: null,
      mistake_found: expect.stringMatching(/^negative: bit 0 inverted$/),
    }),
  ]);
  expect(status).toBe(0);
});

test("--sanity writes no tests", () => {
  const { status, stderr } = rf8(".", "prove", "decode", "--sanity", "--test", "x.test.ts");
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining("--test does not go with --sanity"),
  });
});
