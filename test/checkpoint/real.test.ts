import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { engines } from "../../sim/index.ts";
import { openCheckpoint, quantizeCheckpoint } from "../../src/checkpoint/index.ts";
import { RandomStimulus } from "../../src/verification/stimulus.ts";
import { dotProducts, rf8Matrices } from "../../src/verification/weights.ts";
import { verifyEntry } from "../support/verify-entry.ts";
import { scratchFolder } from "./files.ts";

const file = fileURLToPath(new URL("../../../shared/data/stories260K.bin", import.meta.url));
const absent = !existsSync(file);
if (absent) console.log("skipped: a real checkpoint, ../shared/data/stories260K.bin, is not here");

test.skipIf(absent)(
  "a real Llama quantizes, and its rows run on the MAC in Verilator as in the model",
  async () => {
    const output = join(scratchFolder(), "rf8.safetensors");
    const { tensors, kept } = await quantizeCheckpoint(file, output, {
      rounding: "nearest",
      bias: "max",
      granularity: "tensor",
      nan: "error",
      seed: 1,
    });
    // The embedding and seven matrices in each of five layers; two norms a layer and the last are kept.
    expect([tensors.length, kept.length]).toEqual([36, 11]);
    for (const { sqnr_db, saturated, entropy_bits } of tensors) {
      expect(sqnr_db).toBeGreaterThan(26);
      expect(saturated).toBe(0);
      expect(entropy_bits).toBeLessThan(8);
    }
    const mac = catalogue.find((entry) => entry.name === "mac")!;
    const checkpoint = openCheckpoint(output);
    const module = mac.build({});
    const random = new RandomStimulus(module, 1);
    for (const engine of [engines.wasm, engines.verilator]) {
      const blocks = dotProducts(module, checkpoint, rf8Matrices(checkpoint), random);
      const verdict = await verifyEntry(mac, {}, { engine: engine, blocks: blocks });
      expect(verdict.mismatches).toBe(0);
      expect(verdict.vectors).toBeGreaterThan(259_000);
    }
    checkpoint.close();
  },
);
