import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { synthesizeFpga, verilogOf } from "../../../src/cost/index.ts";
import { placer } from "../../../src/cost/synthesis/place.ts";

const installed = await placer();
if (installed === undefined) {
  console.log("skipped: place and route; npm install --no-save @yowasp/nextpnr-ice40 (223 MB)");
}

const folder = mkdtempSync(join(tmpdir(), "rf8-place-"));
beforeAll(() => {
  vi.stubEnv("XDG_CACHE_HOME", folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const placed = async (parameters: Parameters<typeof mac>[0]) =>
  (await synthesizeFpga(verilogOf(mac(parameters)), "ice40")).place_and_route;

test("without the optional package the result says what to install", async () => {
  const { place_and_route } = await synthesizeFpga(verilogOf(mac()), "ecp5");
  expect(place_and_route).toBeNull();
  if (installed === undefined) {
    expect(await placed({})).toEqual({
      not_done: "install @yowasp/nextpnr-ice40 (223 MB) for place and route",
    });
  } else {
    expect(await placed({})).toMatchObject({ tool: installed, device: "hx8k-ct256" });
  }
});

test.skipIf(installed === undefined)(
  "pipeline registers shorten the longest path",
  async () => {
    const [none, three] = [await placed({}), await placed({ pipeline: 3 })];
    if (!none || !three || "not_done" in none || "not_done" in three) throw new Error("not placed");
    expect(three.delay_ns).toBeLessThan(none.delay_ns);
    expect(none.max_clock_mhz).toBeGreaterThan(1000 / none.delay_ns);
    expect(none.logic_cells).toBeGreaterThan(100);
  },
  120_000,
);
