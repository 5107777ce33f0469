import { emitDesign, queue, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { type Property, prove } from "../../formal/index.ts";
import { queueProperties } from "../../formal/specification/queue.ts";
import { type Mistake, proveBroken } from "../support/planted.ts";

test("a depth of 0 has no properties", () => {
  expect(() => queueProperties({ width: 8, depth: 0 })).toThrow("holds 1 word or more, not 0");
});

test("the bits of a word are moved and never looked at, whatever the width and depth", () => {
  for (const [width, depth] of [1, 2, 7, 16].flatMap((d) => [1, 8, 64].map((w) => [w, d] as const)))
    for (const { text } of emitDesign(queue({ type: uint(width), depth })).files) {
      const body = text.slice(text.indexOf("\n);\n")).replaceAll(/^ *reg .*$/gm, "");
      const moves = /(word_\d+ <=|sink_bits =) (word_\d+|source_bits|\d+'[bdh]0);/g;
      expect(body).toMatch(moves);
      expect(body.replaceAll(moves, "")).not.toMatch(/word_|_bits/);
    }
});

const [delivers, stays, offers, leaves, flows] = queueProperties({ width: 8, depth: 4 }) as [
  ...[Property, Property, Property, Property, Property],
];

/** Each breaks what is seen at the ports. All of a queue is on one line: what is meant is found by its place. */
const bugs: readonly (Mistake & { readonly what: string; readonly property: Property })[] = [
  {
    what: "a word lost when the queue is full",
    property: delivers,
    mutant: "source_ready: stuck at 1",
  },
  {
    what: "a word that enters lost as another leaves",
    property: delivers,
    mutant: "subtract: second operand left out",
    place: 0,
  },
  {
    what: "a word that leaves twice",
    property: delivers,
    mutant: "word_1: never written",
  },
  {
    what: "words out of order",
    property: delivers,
    mutant: "the literal 2: one less",
  },
  {
    what: "a bit of a word lost on its way down",
    property: delivers,
    mutant: "word_1: bit 7 stuck at 0",
  },
  {
    what: "count not kept when one enters and one leaves",
    property: delivers,
    mutant: "not: stuck at 1",
    place: 2,
  },
  {
    what: "a word changed by the next while it waits",
    property: stays,
    mutant: "equal: stuck at 1",
    place: 4,
  },
  {
    what: "valid dropped while it waits",
    property: stays,
    mutant: "the literal 0: one more",
    place: 0,
  },
  {
    what: "ready dropped one too late",
    property: offers,
    mutant: "the literal 4: one more",
    place: 0,
  },
  {
    what: "words from before a reset",
    property: offers,
    mutant: "count: bit 1 wrong after a reset",
  },
  {
    what: "a full queue that is stuck",
    property: leaves,
    mutant: "count: bit 2 stuck at 0",
  },
  {
    what: "a place that is never taken",
    property: flows,
    mutant: "the literal 4: one less",
    place: 0,
  },
];

/** The property without its view of the registers, so that a verdict is about the ports. */
const fromOutside = (property: Property): Property => ({
  ...property,
  checker: property.checker
    .split("\n")
    .filter((line) => !line.includes("\\dut."))
    .join("\n"),
});

/** Queues in which one side sees the other in its own cycle: a valid that waits for ready, a ready for valid. */
test.each(["flow", "pipe"] as const)("disproved: %s joins the sides", async (option) => {
  const subject = queue({ type: uint(8), depth: 4, [option]: true });
  expect((await prove({ ...fromOutside(offers), subject })).verdict).toBe("disproved");
});

test.each(bugs)("disproved: $what", async ({ property, what: _, ...mistake }) => {
  const verdict = await proveBroken(fromOutside(property), mistake);
  expect(verdict.verdict).toBe("disproved");
  if (verdict.verdict !== "disproved") return;
  expect(Object.keys(verdict.trace.inputs)).toEqual(
    expect.arrayContaining(["source_valid", "source_bits", "sink_ready"]),
  );
});

test.each([delivers, stays, offers, leaves, flows])(
  "not disproved of the right queue from outside: $name",
  async (property) => {
    expect((await prove(fromOutside(property))).verdict).not.toBe("disproved");
  },
);
