import { env } from "node:process";
import fc from "fast-check";

/** Circuits for each engine: those of every test run, or RANDOM_CIRCUITS of them, fewer where builds are slow. */
const asked = env.RANDOM_CIRCUITS === undefined ? undefined : Number(env.RANDOM_CIRCUITS);
export const share = {
  wasm: asked ?? 1000,
  icarus: asked ?? 200,
  verilator: asked === undefined ? 50 : Math.ceil(0.06 * asked),
};

/** Whether FC_SEED and FC_PATH name one circuit, which is then run by itself. */
export const replayed = Boolean(env.FC_PATH);

export interface Block {
  /** Replaying names the seed of a block; otherwise every block has its own. */
  readonly seed: number;
  readonly count: number;
  /** `circuits 50 to 99`: names the block's test. */
  readonly title: string;
}

/** Circuits 0 to `total` − 1 in blocks. FC_SEED chooses other circuits. */
export function blocks(total: number, size: number): Block[] {
  const { seed: base = 20250600 } = fc.readConfigureGlobal() ?? {};
  return Array.from({ length: Math.ceil(total / size) }, (_, block) => {
    const first = block * size;
    const count = Math.min(size, total - first);
    const seed = replayed ? base : Math.imul(base + block, 0x9e3779b1);
    return { seed, count, title: `circuits ${first} to ${first + count - 1}` };
  });
}
