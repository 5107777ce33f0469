import { expect, test } from "vitest";
import {
  controlArea,
  decoderTable,
  elementTable,
  measuredLanes,
  rowAreaTable,
} from "../../../src/accelerator/estimate/area-table.ts";
import {
  acceleratorArea,
  arrayArea,
  measureControlArea,
  measureDecoderArea,
  measureElementArea,
  measureRowArea,
  withDecoder,
} from "../../../src/accelerator/estimate/index.ts";

test.each([
  ["int8", "rf8", 2],
  ["int16", "rf8", 4],
  ["int8", "int8", 4],
  ["int16", "e4m3", 1],
  ["int8", "e5m2", 2],
] as const)(
  "a row of %s × %s, %d lanes: the table is what synthesis finds today",
  async (activation, format, lanes) => {
    const found = await measureRowArea(activation, format, lanes);
    const index = measuredLanes.indexOf(lanes);
    expect(rowAreaTable[activation][format][index]).toBe(Math.round(found));
  },
);

test("what there is once is that of 16 lanes; its address counters are wider or narrower at others", async () => {
  expect(controlArea).toBe(Math.round(await measureControlArea("int8", 16)));
  const other = await measureControlArea("int16", 4);
  expect(Math.abs(controlArea / other - 1)).toBeLessThan(0.03);
});

test("an array's elements are what synthesis finds today", async () => {
  const found = Math.round(await measureElementArea("int8", 16));
  expect(elementTable.int8[measuredLanes.indexOf(16)]).toBe(found);
  expect(arrayArea("int8", 16, 4).ge).toBe(64 * found);
  expect(arrayArea("int16", 9, 1).ge).toBe(9 * elementTable.int16[measuredLanes.indexOf(16)]!);
});

test("a weight decoder's area is what synthesis finds today", { timeout: 120_000 }, async () => {
  // Every octave's largest magnitude.
  const [wired, stream] = [
    await measureDecoderArea(4, "4f575f676f777f"),
    await measureDecoderArea(4, "stream"),
  ];
  expect(decoderTable[4]).toEqual({ wired: Math.round(wired), stream: Math.round(stream) });
  const machine = { activation: "int8", lanes: 8, rows: 4, terms: 64, pipeline: 1 } as const;
  const { ge } = withDecoder(acceleratorArea("int8", 8, 4), { ...machine, bits: 4 });
  expect(ge).toBe((acceleratorArea("int8", 8, 4).ge ?? 0) + 32 * Math.round(stream));
});

test("between two measured rows it is interpolated, and says so", () => {
  const rows = rowAreaTable.int8.rf8;
  const index = measuredLanes.indexOf(16);
  const exact = acceleratorArea("int8", 16, 3);
  expect(exact.ge).toBe(3 * rows[index]! + controlArea);
  expect(exact.provenance).toContain("synthesized here");
  const between = acceleratorArea("int8", 12, 1);
  expect(between.ge).toBe((rows[index - 1]! + rows[index]!) / 2 + controlArea);
  expect(between.provenance).toContain("interpolated");
  for (const lanes of [1, 63, 64]) expect(acceleratorArea("int16", lanes, 1).ge).toBeGreaterThan(0);
});
