import { emitDesign, queue, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { type Property, prove } from "../../formal/index.ts";
import { proveSources, sourcesOf } from "../../formal/prove.ts";
import { queueProperties } from "../../formal/specification/queue.ts";

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

/** Each breaks what is seen at the ports: `and_1` is a word that leaves, `and_2` one that enters. */
const bugs: readonly {
  readonly what: string;
  readonly property: Property;
  readonly changes: Readonly<Record<string, string>>;
}[] = [
  {
    what: "a word lost when the queue is full",
    property: delivers,
    changes: { "source_ready = count != 3'd4": "source_ready = 1'd1" },
  },
  {
    what: "a word that enters lost as another leaves",
    property: delivers,
    changes: { "and_1 ? count - 3'd1 : count": "count" },
  },
  {
    what: "a word that leaves twice as another enters",
    property: delivers,
    changes: { "else if (and_1) word_0": "else if (and_1 & !and_2) word_0" },
  },
  {
    what: "words out of order",
    property: delivers,
    changes: { "word_0 <= word_1": "word_0 <= word_2", "word_1 <= word_2": "word_1 <= word_1" },
  },
  {
    what: "a bit of a word lost on its way down",
    property: delivers,
    changes: { "word_1 <= word_2": "word_1 <= {1'd0, word_2[6:0]}" },
  },
  {
    what: "count not kept when one enters and one leaves",
    property: delivers,
    changes: { "and_2 & !and_1": "and_2" },
  },
  {
    what: "a word changed by the next while it waits",
    property: stays,
    changes: { "and_2 & (mux_1 == 3'd0)": "and_2" },
  },
  {
    what: "valid dropped while it waits",
    property: stays,
    changes: { "sink_valid = count != 3'd0": "sink_valid = (count != 3'd0) & !source_valid" },
  },
  {
    what: "ready dropped one too late",
    property: offers,
    changes: { "count != 3'd4": "count != 3'd5" },
  },
  {
    what: "valid that waits for ready",
    property: offers,
    changes: { "sink_valid = count != 3'd0": "sink_valid = and_1" },
  },
  {
    what: "ready that waits for valid",
    property: offers,
    changes: { "source_ready = count != 3'd4": "source_ready = and_2" },
  },
  {
    what: "words from before a reset",
    property: offers,
    changes: { "count <= 3'd0": "count <= count" },
  },
  {
    what: "a full queue that is stuck",
    property: leaves,
    changes: { "count != 3'd0": "(count[1:0] != 2'd0)" },
  },
  {
    what: "a gap after every word",
    property: flows,
    changes: { "count != 3'd4": "count == 3'd0" },
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

test.each(bugs)("disproved: $what", async ({ property, changes }) => {
  const outside = fromOutside(property);
  const sources = sourcesOf(outside);
  let broken = sources["queue_8x4.v"]!;
  for (const [right, wrong] of Object.entries(changes)) {
    expect(broken).toContain(right);
    broken = broken.replaceAll(right, wrong);
  }
  const verdict = await proveSources(outside, { ...sources, "queue_8x4.v": broken });
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
