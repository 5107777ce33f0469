import { statSync } from "node:fs";
import { join } from "node:path";
import { type Workload, workloadOf } from "../../accelerator/estimate/index.ts";
import { CheckpointError, openCheckpoint } from "../../checkpoint/index.ts";
import {
  type DecoderConfig,
  type Footprint,
  footprintOf,
  llama2cConfig,
  readConfig,
} from "../../network/index.ts";

/** What is estimated; an MLP's configuration does not tell its size. */
export interface EstimatedNetwork {
  readonly workload: Workload;
  readonly footprint?: Footprint;
  /** Of a decoder. */
  readonly config?: DecoderConfig;
}

const decoder = (config: DecoderConfig): EstimatedNetwork => ({
  workload: workloadOf(config, new Map()),
  footprint: footprintOf(config),
  config,
});

/** @throws CheckpointError for what is no network. */
export function networkAt(path: string): EstimatedNetwork {
  if (path.endsWith(".bin")) {
    // Only its seven numbers are needed, but a file that does not hold what they say is none.
    openCheckpoint(path).close();
    return decoder(llama2cConfig(path));
  }
  const folder = statSync(path).isDirectory();
  const config = readConfig(folder ? join(path, "config.json") : path);
  if (config.model_type !== "mlp") return decoder(config);
  if (!folder)
    throw new CheckpointError(
      path,
      "is an MLP's, whose sizes are in its weights; give the model folder",
    );
  const checkpoint = openCheckpoint(path);
  try {
    const shapes = new Map(checkpoint.tensors.map(({ name, shape }) => [name, shape]));
    return { workload: workloadOf(config, shapes) };
  } finally {
    checkpoint.close();
  }
}
