import type { IntegerTensor } from "../checkpoint/index.ts";
import type { LinearLayers } from "./linear.ts";
import type { InputType } from "./quantized-input.ts";

/** Vectors that are kept of each matrix, the first. */
const KEPT = 256;

/** Keeps what matrices read: of each the first 256 vectors of integers. */
export class InputRecorder {
  readonly #bits: 8 | 16;
  readonly #vectors = new Map<string, Int8Array[] | Int16Array[]>();

  constructor(type: Exclude<InputType, "float">) {
    this.#bits = type === "int8" ? 8 : 16;
  }

  /** One vector, or several of one length after another. */
  add(name: string, integers: ArrayLike<number>, vectors = 1): void {
    const kept = this.#vectors.get(name) ?? [];
    this.#vectors.set(name, kept);
    const length = integers.length / vectors;
    for (let v = 0; v < vectors && kept.length < KEPT; v++) {
      const one = Array.from({ length }, (_, i) => integers[v * length + i] as number);
      (kept as (Int8Array | Int16Array)[]).push(
        this.#bits === 8 ? Int8Array.from(one) : Int16Array.from(one),
      );
    }
  }

  /** Whether a matrix that every token passes has them all after so many tokens. */
  static isFull(tokens: number): boolean {
    return tokens >= KEPT;
  }

  /** By the name of the matrix, a row a vector. */
  tensors(): IntegerTensor[] {
    return [...this.#vectors].map(([name, vectors]) => {
      const length = vectors[0]?.length ?? 0;
      const size = vectors.length * length;
      const data = this.#bits === 8 ? new Int8Array(size) : new Int16Array(size);
      vectors.forEach((vector, at) => {
        data.set(vector, at * length);
      });
      return { name, shape: [vectors.length, length], data };
    });
  }
}

/** Layers whose inputs, integers as hardware takes them, are kept too. */
export const recordingLayers = (layers: LinearLayers, recorder: InputRecorder): LinearLayers => ({
  apply(name, input, output, vectors = 1) {
    recorder.add(name, input, vectors);
    layers.apply(name, input, output, vectors);
  },
});
