import { env } from "node:process";
import fc from "fast-check";

/** Circuits for each engine: those of every test run, or RANDOM_CIRCUITS of them, fewer where builds are slow. */
const asked = env.RANDOM_CIRCUITS === undefined ? undefined : Number(env.RANDOM_CIRCUITS);
export const share = {
  wasm: asked ?? 1000,
  lanes: Math.ceil((asked ?? 1000) / 25),
  icarus: asked ?? 200,
  verilator: asked === undefined ? 50 : Math.ceil(0.06 * asked),
};

/** Milliseconds that a block's test may take when it fails and shrinks; one that passes needs a tenth. */
export const patience = 600_000;

/** Whether FC_SEED and FC_PATH name one circuit, which is then run by itself. */
export const replayed = Boolean(env.FC_PATH);

export interface Block {
  /** Replaying names the seed of a block; otherwise every block has its own. */
  readonly seed: number;
  readonly count: number;
  /** Names the block's test: `circuits from 50 on`. */
  readonly title: string;
}

/** Blocks that a replay chooses from by name: those of any run. */
const replayable = 1000;

/** Circuits 0 to `total` − 1 in blocks. FC_SEED chooses other circuits. */
export function blocks(total: number, size: number): Block[] {
  const { seed: base = 20250600 } = fc.readConfigureGlobal() ?? {};
  return Array.from({ length: replayed ? replayable : Math.ceil(total / size) }, (_, block) => ({
    seed: replayed ? base : Math.imul(base + block, 0x9e3779b1),
    count: Math.min(size, total - block * size),
    title: `circuits from ${block * size} on`,
  }));
}
