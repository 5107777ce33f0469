import { type Checkpoint, floatChunks, type TensorInfo } from "../checkpoint/index.ts";
import { bfloat16ToNumber, type FloatBlock, float16ToNumber } from "../format/index.ts";

const CLASSIFIER = "lm_head.weight";

/** How embedding and classifier are stored in a checkpoint. */
export interface TiedWeights {
  /** The classifier is the embedding. */
  readonly tied: boolean;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly warning?: string;
}

/**
 * Decides as transformers 5 whether the classifier is the embedding: where the configuration says so, unless both
 * are stored and differ; where only the classifier is stored it is the embedding too.
 *
 * @param tensors by canonical names
 */
export function tiedWeights(
  checkpoint: Checkpoint,
  tensors: ReadonlyMap<string, TensorInfo>,
  embedding: string,
  configured: boolean,
): TiedWeights {
  const [first, last] = [tensors.get(embedding), tensors.get(CLASSIFIER)];
  if (!configured || !last) return { tied: configured, tensors };
  const without = new Map(tensors);
  without.delete(CLASSIFIER);
  if (!first) return { tied: true, tensors: without.set(embedding, last) };
  if (sameValues(checkpoint, first, last)) return { tied: true, tensors: without };
  return {
    tied: false,
    tensors,
    warning: `${checkpoint.path}: tie_word_embeddings is true, but ${last.name} differs from ${first.name}; both are used`,
  };
}

function sameValues(checkpoint: Checkpoint, a: TensorInfo, b: TensorInfo): boolean {
  if (a.shape.join() !== b.shape.join()) return false;
  const [left, right] = [values(checkpoint, a), values(checkpoint, b)];
  for (;;) {
    const [x, y] = [left.next(), right.next()];
    if (x.done || y.done) return x.done === y.done;
    if (x.value !== y.value) return false;
  }
}

function* values(checkpoint: Checkpoint, tensor: TensorInfo): Generator<number, undefined> {
  for (const block of floatChunks(checkpoint, tensor)) {
    const toNumber = readers[block.dtype];
    for (const element of block.data) yield toNumber(element);
  }
  return undefined;
}

const same = (value: number): number => value;
const readers: Readonly<Record<FloatBlock["dtype"], (element: number) => number>> = {
  F64: same,
  F32: same,
  F16: float16ToNumber,
  BF16: bfloat16ToNumber,
};
