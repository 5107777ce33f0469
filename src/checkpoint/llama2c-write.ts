import { workingFolder } from "#host/tools/disk";
import { replace, writeFile } from "./atomic.ts";
import { partsOf } from "./llama2c.ts";
import { LEGACY_BYTES } from "./llama2c-header.ts";

/** The numbers of a llama2.c network whose classifier is its embedding. */
export interface Llama2cShape {
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly sequence: number;
}

/** Values written at once, whatever the size of the network. */
const CHUNK = 65_536;

/**
 * Writes a llama2.c file (version 0, float32), whole or not at all, a piece at a time.
 *
 * @param fill gives a tensor's next values; the tables of rotary positions, which nothing reads, stay 0
 * @throws CheckpointError when `output` cannot be written to.
 */
export async function saveLlama2c(
  output: string,
  shape: Llama2cShape,
  fill: (name: string, shape: readonly number[], values: Float32Array) => void,
): Promise<void> {
  const { dim, hidden, layers, heads, kvHeads, vocab, sequence } = shape;
  const header = new DataView(new ArrayBuffer(LEGACY_BYTES));
  [dim, hidden, layers, heads, kvHeads, vocab, sequence].forEach((value, index) => {
    header.setInt32(4 * index, value, true);
  });
  const all = {
    ...shape,
    version: 0,
    ownClassifier: false,
    group: 1,
    start: LEGACY_BYTES,
  } as const;
  await replace(workingFolder(), output, "file", (temporary) =>
    writeFile(temporary, async (file) => {
      file.write(new Uint8Array(header.buffer));
      for (const [name, tensor] of partsOf(all)) {
        const count = tensor.reduce((product, size) => product * size, 1);
        for (let start = 0; start < count; start += CHUNK) {
          const values = new Float32Array(Math.min(CHUNK, count - start));
          if (name !== undefined) fill(name, tensor, values);
          file.write(littleEndian(values));
        }
      }
    }),
  );
}

function littleEndian(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return new Uint8Array(view.buffer);
}
