import { expect, test } from "vitest";
import type { Property } from "../../formal/index.ts";
import { coreCounterProperties, memoryPortProperties } from "../../formal/specification/core.ts";
import { scalarProperties } from "../../formal/specification/core-scalar.ts";
import { sequencerProperties } from "../../formal/specification/core-sequencer.ts";
import { type Mistake, proveBroken } from "../support/planted.ts";

const [requests, pages, stable, codes, order, live, lost] = memoryPortProperties(8) as [
  ...[Property, Property, Property, Property, Property, Property, Property],
];
const [counters] = coreCounterProperties() as [Property];
const [fetch, hazards, ending] = sequencerProperties() as [Property, Property, Property];
const [scalar] = scalarProperties() as [Property];

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
  [
    "a memory that is lost although it has moved something",
    lost,
    { mutant: "or: second operand left out", line: "const answers", place: 0 },
  ],
  ["a lost memory that the core waits for", lost, { mutant: "core_data_valid: stuck at 0" }],
  [
    "descriptors that are 65 bytes apart",
    fetch,
    { mutant: "the literal 64: one more", line: "r.counter.set(r.counter" },
  ],
  [
    "a pass that ends before its last words are written",
    hazards,
    { mutant: "equal: stuck at 1", line: "when(r.wait.eq(0), () => {" },
  ],
  [
    "a head all of whose words turn, so that the pass over the others never ends",
    ending,
    { mutant: "or: second operand left out", line: "isPartial(fields.positions)" },
  ],
  [
    "a root that is never ready",
    scalar,
    { mutant: "subtract: second operand left out", line: "left.subWrap(1)", place: 0 },
  ],
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
