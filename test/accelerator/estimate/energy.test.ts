import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { macAreaRatios } from "../../../src/accelerator/estimate/area-table.ts";
import { macPj, productPj } from "../../../src/accelerator/estimate/energy/operations.ts";
import {
  controlClock,
  elementEnergyTable,
  poweredLanes,
  rowEnergyTable,
} from "../../../src/accelerator/estimate/energy-table.ts";
import { readBack } from "../../../src/accelerator/estimate/estimate.ts";
import {
  estimate,
  estimateFormats,
  type Machine,
  measureControlClock,
  measureElementEnergy,
  measureRowEnergy,
  memories,
  memoryOfJson,
  nodeOfJson,
  nodes,
  rooflineSvg,
  type Workload,
} from "../../../src/accelerator/estimate/index.ts";
import { elementEnergy, rowEnergy } from "../../../src/accelerator/estimate/unit-energy.ts";
import { pointsOf } from "../../support/chart-points.ts";

const workload: Workload = {
  matrices: [{ layer: "w", count: 3, rows: 512, columns: 256 }],
  caches: [{ elements: 64, window: null }],
};
const machine: Machine = {
  accelerator: { activation: "int8", lanes: 16, rows: 4, terms: 4096, pipeline: 1 },
  memory: { bandwidth: 64, latency: 0 },
  clock_mhz: 1,
};
const at = (change: Partial<Machine>, batch = 1) =>
  estimate(workload, { ...machine, ...change }, { context: 100, batch });

test("energies of products and MACs are those of the committed report", () => {
  const [head = "", ...rows] = readFileSync(
    new URL("../../../reports/power.csv", import.meta.url),
    "utf8",
  ).split("\n");
  for (const [block, table] of Object.entries({ product: productPj, mac: macPj }))
    for (const [activation, formats] of Object.entries(table))
      for (const [format, pj] of Object.entries(formats)) {
        const start = `${block},${format},${activation},1,uniform,`;
        const line = rows.find((row) => row.startsWith(start));
        expect(Number(line?.split(",")[head.split(",").indexOf("pj_per_mac")]), start).toBe(pj);
      }
});

test("areas of an array's formats are in the ratios of the committed comparison", () => {
  const [head = "", ...rows] = readFileSync(
    new URL("../../../reports/compare.csv", import.meta.url),
    "utf8",
  ).split("\n");
  const area = (format: string, activation: string): number => {
    const line = rows.find(
      (row) => row.startsWith(`mac,${format},${activation},`) && row.includes(",area,"),
    );
    return Number(line?.split(",")[head.split(",").indexOf("area_ge")]);
  };
  for (const activation of ["int8", "int16"] as const)
    for (const [format, ratio] of Object.entries(macAreaRatios[activation])) {
      const found = area(format, activation) / area("rf8", activation);
      expect(Math.abs(ratio - found), `${format} ${activation}`).toBeLessThan(0.001);
    }
});

describe("formats side by side", () => {
  const by = Object.fromEntries(estimateFormats.map((format) => [format, at({ format })]));

  test("of eight bits take the same cycles and bytes; BF16 twice the bytes", () => {
    for (const format of ["int8", "e4m3", "e5m2"]) {
      expect(by[format]!.decode.cycles).toBe(by.rf8!.decode.cycles);
      expect(by[format]!.decode.bytes).toBe(by.rf8!.decode.bytes);
    }
    expect(by.bf16!.decode.bytes).toBe(2 * by.rf8!.decode.bytes);
    expect(by.bf16!.decode.cycles).toBeGreaterThan(1.8 * by.rf8!.decode.cycles);
    expect(by.bf16!.area.ge).toBeNull();
  });

  test("INT4 is nine sixteenths of INT8's bytes, multiplies as INT8, and has no unit here", () => {
    const weights = (format: string) =>
      by[format]!.decode.energy.find(({ what }) => what.startsWith("weights"))!.operations;
    expect(weights("int4")).toBeCloseTo((weights("int8") * 9) / 16, 6);
    expect(by.int4!.decode.energy[0]).toEqual(by.int8!.decode.energy[0]);
    expect(by.int4!.area.ge).toBeNull();
  });

  test("a product is INT8's figure in the table, in the ratio of measured energies", () => {
    const each = (format: string) => by[format]!.decode.energy[0]!;
    expect(each("int8")).toMatchObject({
      pj_each: 0.2,
      kind: "table",
      node: "45 nm",
      voltage: 0.9,
    });
    expect(each("rf8").pj_each).toBeCloseTo((0.2 * productPj.int8.rf8) / productPj.int8.int8, 12);
    expect(each("rf8").kind).toBe("derived");
    expect(each("bf16")).toMatchObject({ pj_each: 1.1, kind: "derived" });
    expect(each("bf16").source).toContain("float16");
  });

  test("every energy says where it is from, and a sum over two publications says both", () => {
    const energies = { node: nodes["7nm"]!, memory: memories.lpddr5x! };
    const { decode, prefill } = at({ energies });
    for (const row of [...decode.energy, ...prefill.energy]) {
      expect(row.source).toMatch(/\d{4}/);
      expect(["table", "derived"]).toContain(row.kind);
      expect(row.node.length).toBeGreaterThan(0);
      expect(row).toHaveProperty("voltage");
    }
    expect(decode.energy_sources).toHaveLength(2);
    // One figure a bit has no range.
    expect(decode.energy_least_j).toBe(decode.energy_most_j);
    const weights = decode.energy.find(({ what }) => what.startsWith("weights"))!;
    expect(weights.energy_j).toBeCloseTo((decode.bytes - decode.kv_bytes) * 8 * 10e-12, 15);
  });
});

describe("processes that 45 nm is scaled to", () => {
  // The example of the publication's erratum: 1 pJ of 65 nm at 1.3 V is 0.1755 pJ of 32 nm at 0.9 V; so the same polynomials, at 0.9 V and 1.1 V.
  test("have the ratios of the publication's polynomials", () => {
    const each = (name: string) => nodes[name]!.int8_multiply;
    const at65 = 3.755 * 1.1 ** 2 - 4.398 * 1.1 + 1.975;
    const at32 = 0.8367 * 0.9 ** 2 - 0.4341 * 0.9 + 0.1701;
    expect(at32).toBeCloseTo(0.4571, 4);
    expect(each("32nm") / each("65nm")).toBeCloseTo(at32 / at65, 12);
    const sizes = ["65nm", "45nm", "32nm", "20nm", "16nm", "14nm", "10nm"].map(each);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test("say in every row that they are scaled, and by what", () => {
    const energies = { node: nodes["16nm"]!, memory: memories.lpddr5x!, wireMm: 2 };
    const { decode, not_modelled } = at({ energies });
    for (const row of decode.energy.filter(({ node }) => node === "16 nm")) {
      expect(row).toMatchObject({ kind: "derived", voltage: 0.85 });
      expect(row.source).toContain("Stillmaker");
    }
    const wires = decode.energy.find(({ what }) => what.startsWith("wires"))!;
    expect(wires.pj_each).toBeCloseTo(64 * 2 * 0.0404, 12);
    const [buffer, weights] = ["activation buffer", "weights"].map(
      (name) => decode.energy.find(({ what }) => what.startsWith(name))!.operations,
    );
    expect(wires.operations).toBe(buffer! + weights!);
    expect(decode).toMatchObject({ energy_kind: "derived", energy_voltage: null });
    expect(decode.energy_source).toContain("several publications");
    expect(decode.energy_node).toBe("16 nm; 45 nm SOI; LPDDR5X-8533, 16 bits");
    expect(not_modelled.join()).toContain("wires of results and control");
    expect(at({}).not_modelled.join()).toContain("a clock tree, wires,");
    expect(at({ format: "bf16" }).not_modelled.join()).toContain("BF16's registers");
  });
});

describe("the circuits' own energy", () => {
  const digits = (value: number): number => Number(value.toPrecision(5));

  test("is in the tables what netlists take today", async () => {
    const row = await measureRowEnergy("int8", "rf8", 2);
    const index = poweredLanes.indexOf(2);
    const { data, clock } = rowEnergyTable.int8.rf8;
    expect([digits(row.data), digits(row.clock)]).toEqual([data[index], clock[index]]);
    expect(digits(await measureControlClock())).toBe(controlClock);
    const element = await measureElementEnergy("int8", 1);
    expect([digits(element.data), digits(element.clock)]).toEqual([
      elementEnergyTable.int8.data[0],
      elementEnergyTable.int8.clock[0],
    ]);
  });

  test("is on a line between two measured numbers of lanes, and beyond the last", () => {
    const { data, clock } = rowEnergyTable.int16.e4m3;
    for (const [index, lanes] of poweredLanes.entries())
      expect(rowEnergy("int16", "e4m3", lanes)).toMatchObject({
        data: data[index],
        clock: clock[index],
      });
    const [between, beyond] = [rowEnergy("int16", "e4m3", 6), rowEnergy("int16", "e4m3", 64)];
    expect(between.data).toBeCloseTo((data[2] + data[3]) / 2, 12);
    expect(between.provenance).toContain("line through 4 and 8");
    expect(beyond.clock).toBeCloseTo(clock[4] + 6 * (clock[4] - clock[3]), 12);
    expect(beyond.provenance).toContain("line through 8 and 16");
  });

  test("is what every cycle and every beat take, by hand", () => {
    // 512 rows on 4 rows of 16 lanes: 128 groups of 16 beats, three times.
    const { decode } = at({ format: "int8" });
    const [products, sums, pins] = decode.energy;
    const { data, clock } = rowEnergyTable.int8.int8;
    const scale = 0.2 / productPj.int8.int8;
    expect(products).toMatchObject({ what: "products", operations: 3 * 512 * 256, pj_each: 0.2 });
    expect(sums!.operations).toBe(3 * 128 * 16 * 4);
    expect(sums!.pj_each).toBeCloseTo(scale * (data[4] - 16 * productPj.int8.int8), 12);
    expect(pins!.operations).toBe(decode.cycles);
    expect(pins!.pj_each).toBeCloseTo(scale * (4 * clock[4] + controlClock), 12);
  });

  test("of padding has no products; of more rows, the more pins a cycle", () => {
    const padded = { ...machine.accelerator, lanes: 10 };
    const [products, sums] = at({ accelerator: padded }).decode.energy;
    expect(products!.operations).toBe(3 * 512 * 256);
    expect(sums!.operations).toBe(3 * 128 * 26 * 4);
    const pins = (rows: number): number =>
      at({ accelerator: { ...machine.accelerator, rows } }).decode.energy[2]!.pj_each;
    expect(pins(8) - pins(4)).toBeCloseTo(pins(4) - pins(0), 10);
  });

  test("is the array's for a large batch: all elements in every cycle, those at work for each product", () => {
    const { decode } = at({ format: "e5m2" }, 256);
    const [, sums, pins] = decode.energy;
    const { data, clock, provenance } = elementEnergy("int8", "e5m2", 16);
    const scale = 0.2 / productPj.int8.int8;
    expect(provenance).toContain("the ratio of MACs");
    expect(sums!.operations).toBe(256 * 3 * 512 * 256);
    expect(sums!.pj_each).toBeCloseTo(scale * (data - productPj.int8.e5m2), 12);
    expect(pins!.pj_each).toBeCloseTo(scale * 64 * clock, 12);
  });
});

test("a large batch loads weights once, on the array; a small one does not pay", () => {
  const [one, many] = [at({}, 1), at({}, 256)];
  expect([one.decode.unit, many.decode.unit]).toEqual(["accelerator", "array"]);
  expect(many.decode.bytes - many.decode.kv_bytes).toBe(3 * 512 * 256);
  const cycles = [1, 4, 16, 64, 256, 1024].map((batch) => at({}, batch).decode.cycles / batch);
  for (let i = 1; i < cycles.length; i++) expect(cycles[i]).toBeLessThanOrEqual(cycles[i - 1]!);
});

test("a prompt reads the cache once for each block of queries", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 70 }),
      (context, most, block) => {
        let sum = 0;
        for (let first = 0; first < context; first += block) sum += Math.min(first, most);
        expect(readBack(context, most, block)).toBe(sum);
      },
    ),
  );
});

describe("a user's own figures", () => {
  const { source, node, voltage, bf16_note, ...figures } = nodes["45nm"]!;
  const own = { name: "own", pj_per_bit: [1, 2], gb_per_s: 3, source: "we, 2026", includes: "all" };

  test("are read", () => {
    expect(nodeOfJson({ source, node, voltage, ...figures })).toEqual({
      source,
      node,
      voltage,
      ...figures,
    });
    expect(bf16_note).toBeDefined();
    expect(memoryOfJson(own)).toEqual(own);
    expect(memoryOfJson({ ...own, pj_per_bit: 4, gb_per_s: null }).pj_per_bit).toEqual([4, 4]);
  });

  test.each([
    [null, "must be an object"],
    [[], "must be an object"],
    [{ ...own, extra: 1 }, 'has the key "extra"'],
    [{ ...own, name: "" }, "name must be a text"],
    [{ ...own, pj_per_bit: [2, 1] }, "in rising order"],
    [{ ...own, pj_per_bit: [1, 2, 3] }, "in rising order"],
    [{ ...own, pj_per_bit: "4" }, "in rising order"],
    [{ ...own, gb_per_s: -1 }, "gb_per_s must be a number above 0"],
    [{ name: "own" }, "has no pj_per_bit"],
    [{ ...own, pj_per_bit: 1e300 }, "at most 1000000000"],
    [{ ...own, source: "we\n2026" }, "source must be a text of 1 to 300 characters in one line"],
    [{ ...own, includes: "   " }, "includes must be a text"],
  ])("%j is refused", (value, said) => {
    expect(() => memoryOfJson(value)).toThrow(said);
  });

  test("of a node, too", () => {
    expect(() => nodeOfJson({ source, node, voltage, ...figures, int8_multiply: 0 })).toThrow(
      "int8_multiply must be a number above 0",
    );
    expect(() => nodeOfJson({ source, node, ...figures })).toThrow("has no voltage");
  });
});

test("a roofline has its points under the roofs, and names as text", async () => {
  const svg = await rooflineSvg([
    { name: "a<b", macs_per_byte: 1, macs_per_s: 1e9, peak: 1e11, bandwidth: 1e9 },
    { name: "c", macs_per_byte: 1000, macs_per_s: 5e10, peak: 1e11, bandwidth: 1e9 },
  ]);
  expect(svg).toContain("a&lt;b");
  expect(pointsOf(svg).map(({ text }) => text.split(":")[0])).toEqual(["a&lt;b", "c"]);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});
