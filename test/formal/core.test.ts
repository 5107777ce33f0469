import { expect, test } from "vitest";
import type { Property } from "../../formal/index.ts";
import { coreCounterProperties, memoryPortProperties } from "../../formal/specification/core.ts";
import { type Mistake, proveBroken } from "../support/planted.ts";

const [requests, pages, stable, codes, order, live] = memoryPortProperties(8) as [
  ...[Property, Property, Property, Property, Property, Property],
];
const [counters] = coreCounterProperties() as [Property];

const bugs: readonly (readonly [string, Property, Mistake])[] = [
  ["a burst of 257 beats", requests, { mutant: "the literal 256: one more" }],
  ["a burst into the next 4 KiB", pages, { mutant: "the literal 512: one more" }],
  [
    "an address that changes before it is accepted",
    stable,
    { mutant: "and: second operand left out", line: "const addressed" },
  ],
  ["every code as the first one", codes, { mutant: "write_code: never written" }],
  ["a read that passes a write", order, { mutant: "equal: stuck at 1", line: "const takes" }],
  ["codes that are never taken", live, { mutant: "core_store_ready: stuck at 0" }],
  ["a cycle that counts as none", counters, { mutant: "sequencing_cycles: never written" }],
  [
    "a cycle that counts as two",
    counters,
    { mutant: "and: second operand left out", line: "const starved" },
  ],
];

test.each(bugs)("disproved: %s", async (_, property, mistake) => {
  const { verdict } = await proveBroken(property, mistake);
  expect(verdict).toBe("disproved");
});
