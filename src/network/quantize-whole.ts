import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type OnProgress,
  type Quantization,
  type QuantizeOptions,
  quantizeCheckpoint,
} from "../checkpoint/index.ts";
import { readModel } from "./model.ts";
import { writeModel } from "./write-model.ts";

/**
 * Makes a model directory in RF8 of a file that is a whole network, llama2.c's or GGUF: a config.json, and the
 * tokenizer where there is one. The whole network is in memory at once.
 *
 * @throws as `readModel` and `quantizeCheckpoint`.
 */
export async function quantizeWhole(
  input: string,
  directory: string,
  options: QuantizeOptions,
  onProgress: OnProgress = () => {},
): Promise<Quantization> {
  const scratch = mkdtempSync(join(tmpdir(), "rf8-llama2c-"));
  try {
    const floats = join(scratch, "model");
    await writeModel(floats, readModel(input));
    return await quantizeCheckpoint(floats, directory, options, onProgress);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
