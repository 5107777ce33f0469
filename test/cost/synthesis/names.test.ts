import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { input, instance, module, output, register, uint } from "@chisel-ts/core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { synthesize, synthesizeFpga, verilogOf } from "../../../src/cost/index.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-names-"));
beforeAll(() => void vi.stubEnv("XDG_CACHE_HOME", folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const ports = { a: input(uint(4)), b: input(uint(4)), y: output(uint(4)) };

/** Two registered NANDs of 4 bits, the second below the first. */
const design = (top: string, below: string) => {
  const child = module({ name: below, ports }, (io) => {
    const kept = register("kept", uint(4), { reset: 0 });
    kept.set(io.a.and(io.b).not());
    io.y.set(kept);
  });
  return verilogOf(
    module({ name: top, ports }, (io) => {
      const kept = register("kept", uint(4), { reset: 0 });
      kept.set(io.a.and(instance("below", child, { a: io.a, b: io.b }).y).not());
      io.y.set(kept);
    }),
  );
};

test("modules called like the cells of a library take what others take", async () => {
  const expected = await synthesize(design("top", "below"));
  expect(expected.cells).toMatchObject({ DFF_X1: 8 });
  for (const [top, below] of [
    ["NAND2_X1", "DFF_X1"],
    ["DFF_X1", "NAND2_X1"],
    ["top", "netlist"],
  ] as const) {
    const { cells, area_ge } = await synthesize(design(top, below));
    expect({ cells, area_ge }).toEqual({ cells: expected.cells, area_ge: expected.area_ge });
  }
});

test("modules called like the cells of an FPGA take what others take", async () => {
  const { cells } = await synthesizeFpga(design("top", "below"), "ecp5");
  expect(cells.TRELLIS_FF).toBe(8);
  for (const [top, below] of [
    ["LUT4", "TRELLIS_FF"],
    ["TRELLIS_FF", "CCU2C"],
  ] as const) {
    expect((await synthesizeFpga(design(top, below), "ecp5")).cells).toEqual(cells);
  }
});

test("a design of others that has a cell's name is refused", async () => {
  const text = "module INV_X1(input a, output y); assign y = ~a; endmodule\n";
  const refused = synthesize({ top: "INV_X1", sources: { "a.v": text } });
  await expect(refused).rejects.toThrow(
    "INV_X1 is a cell of generic; give the module another name",
  );
});
