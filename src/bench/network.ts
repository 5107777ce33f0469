import { type Llama2cShape, saveLlama2c } from "../checkpoint/index.ts";
import { alphaOf, ggStream } from "../gg/index.ts";

/** Networks by the number of their parameters, each of the shape of a published Llama of llama2.c. */
export const benchNetworks = {
  stories15M: {
    dim: 288,
    hidden: 768,
    layers: 6,
    heads: 6,
    kvHeads: 6,
    vocab: 32_000,
    sequence: 256,
  },
  stories42M: {
    dim: 512,
    hidden: 1376,
    layers: 8,
    heads: 8,
    kvHeads: 8,
    vocab: 32_000,
    sequence: 1024,
  },
} as const satisfies Readonly<Record<string, Llama2cShape>>;

/** Shape of the weights' distribution: about that of trained matrices. */
const NU = 1.5;

/**
 * Writes a network of a published shape with generalized Gaussian weights, to measure with: it says nothing. A row of a
 * matrix has variance 1 ÷ its length, norms are 1. Memory does not grow with the network.
 *
 * @param seed 0 to 2^32 − 1
 * @throws CheckpointError when the file cannot be written.
 */
export async function writeBenchNetwork(
  output: string,
  name: keyof typeof benchNetworks,
  seed: number,
): Promise<void> {
  const draw = ggStream(NU, seed);
  await saveLlama2c(output, benchNetworks[name], (_, shape, values) => {
    const [, columns] = shape;
    if (columns === undefined) values.fill(1);
    else {
      const alpha = alphaOf(NU, 1 / columns);
      for (let i = 0; i < values.length; i++) values[i] = alpha * draw();
    }
  });
}
