/** llama2.c's files, written from the description of its export script. */
export interface Llama2cSizes {
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly sequence: number;
  /** The classifier is the embedding. */
  readonly shared: boolean;
  /** Weights that share a scale in version 2. */
  readonly group: number;
}

export interface Llama2cFile {
  version(version: 0 | 1 | 2): Buffer;
  /** What version 2 makes of the values of a tensor. */
  grouped(values: readonly number[], name: string): number[];
}

export function naiveLlama2c(sizes: Llama2cSizes): Llama2cFile {
  const { dim, hidden, layers, heads, kvHeads, vocab, sequence, shared, group } = sizes;
  const kv = (dim / heads) * kvHeads;
  let state = 7;
  const random = (length: number): Float32Array =>
    Float32Array.from({ length }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648 - 0.5;
    });
  const each = (length: number): Float32Array[] =>
    Array.from({ length: layers }, () => random(length));
  const parts = {
    embedding: [random(vocab * dim)],
    attentionNorm: each(dim),
    q: each(dim * dim),
    k: each(kv * dim),
    v: each(kv * dim),
    o: each(dim * dim),
    innerNorm: each(dim),
    w1: each(hidden * dim),
    w2: each(dim * hidden),
    w3: each(hidden * dim),
    norm: [random(dim)],
    tables: [random((sequence * dim) / heads / 2), random((sequence * dim) / heads / 2)],
    classifier: shared ? [] : [random(vocab * dim)],
  };
  const floats = (arrays: readonly Float32Array[]): Buffer =>
    Buffer.concat(arrays.map((array) => Buffer.from(array.buffer)));
  const inGroups = (values: ArrayLike<number>): { q: Int8Array; scales: Float32Array } => {
    const scales = Float32Array.from({ length: values.length / group }, (_, g) => {
      const part = Array.from({ length: group }, (_, i) => Math.abs(values[g * group + i]!));
      return Math.max(...part) / 127;
    });
    const q = Int8Array.from(values, (value, i) =>
      Math.round(value / scales[Math.floor(i / group)]!),
    );
    return { q, scales };
  };
  const quantized = (arrays: readonly Float32Array[]): Buffer =>
    Buffer.concat(
      arrays.flatMap((array) => {
        const { q, scales } = inGroups(array);
        return [Buffer.from(q.buffer), Buffer.from(scales.buffer)];
      }),
    );
  const header = (version: 0 | 1 | 2): Buffer => {
    const signed = version === 0 && !shared ? -vocab : vocab;
    const seven = Buffer.from(
      Int32Array.of(dim, hidden, layers, heads, kvHeads, signed, sequence).buffer,
    );
    if (version === 0) return seven;
    const bytes = Buffer.alloc(256);
    bytes.write("24ka", 0, "latin1");
    bytes.writeInt32LE(version, 4);
    seven.copy(bytes, 8);
    bytes.writeUInt8(shared ? 1 : 0, 36);
    if (version === 2) bytes.writeInt32LE(group, 37);
    return bytes;
  };
  const p = parts;
  const matrices = [p.q, p.k, p.v, p.o, p.w1, p.w2, p.w3].flat();
  return {
    version(version) {
      if (version === 0)
        return Buffer.concat([
          header(0),
          floats([p.embedding, p.attentionNorm, p.q, p.k, p.v, p.o, p.innerNorm].flat()),
          floats([p.w1, p.w2, p.w3, p.norm, p.tables, p.classifier].flat()),
        ]);
      const norms = floats([p.attentionNorm, p.innerNorm, p.norm].flat());
      const weights = [...p.embedding, ...matrices, ...p.classifier];
      const body = version === 1 ? floats(weights) : quantized(weights);
      return Buffer.concat([header(version), norms, body]);
    },
    grouped(values, name) {
      if (name.includes("norm")) return [...values];
      const { q, scales } = inGroups(values);
      return [...q].map((value, i) => Math.fround(value * scales[Math.floor(i / group)]!));
    },
  };
}
