import { CheckpointError } from "./error.ts";
import type { ByteSource } from "./file.ts";
import { recognise, SIGNATURE_BYTES } from "./recognise.ts";

const fields = [
  "dim",
  "hidden_dim",
  "n_layers",
  "n_heads",
  "n_kv_heads",
  "vocab_size",
  "seq_len",
] as const;

/** What the header says, checked. */
export interface Llama2cDimensions {
  /** 0: legacy float32; 1: float32; 2: int8 in groups with a scale each. */
  readonly version: 0 | 1 | 2;
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly sequence: number;
  /** The classifier is a tensor of its own, not the embedding. */
  readonly ownClassifier: boolean;
  /** Weights that share a scale; version 2 alone. */
  readonly group: number;
  /** Where the tensors begin. */
  readonly start: number;
}

export const LEGACY_BYTES = 28;
/** Versions 1 and 2 pad their header to this. */
const HEADER_BYTES = 256;
/** Far above any file: a group is in memory at once. */
const GROUP_LIMIT = 65_536;
/** "ak42", as versions 1 and 2 begin. */
const MAGIC = 0x616b3432;

/** @throws CheckpointError for another format, a version that is not known, or an impossible dimension. */
export function readDimensions(file: ByteSource): Llama2cDimensions {
  const fail = (problem: string): never => {
    throw new CheckpointError(file.path, problem);
  };
  const bytes = new Uint8Array(Math.min(file.size, SIGNATURE_BYTES));
  file.read(0, bytes);
  const view = new DataView(bytes.buffer);
  if (file.size >= 8 && view.getUint32(0, true) === MAGIC) {
    const version = view.getInt32(4, true);
    if (version !== 1 && version !== 2)
      return fail(`is a llama2.c checkpoint of version ${version}; 0 to 2 are known`);
    if (file.size < HEADER_BYTES)
      return fail(`is ${file.size} bytes, too short for llama2.c's ${HEADER_BYTES}-byte header`);
    const group = version === 2 ? view.getInt32(8 + LEGACY_BYTES + 1, true) : 1;
    if (group < 1 || group > GROUP_LIMIT)
      return fail(`llama2.c version 2: its group size is ${group}; 1 to ${GROUP_LIMIT} are known`);
    const sizes = dimensions(file, view, 8);
    if (sizes.signedVocab < 0) return fail(`vocab_size is ${sizes.signedVocab}; it is damaged`);
    const ownClassifier = view.getUint8(8 + LEGACY_BYTES) === 0;
    return { ...sizes, version, ownClassifier, group, start: HEADER_BYTES };
  }
  const other = recognise(bytes);
  if (other !== undefined) return fail(other);
  if (file.size < LEGACY_BYTES)
    return fail(`is ${file.size} bytes, too short for llama2.c's ${LEGACY_BYTES}-byte header`);
  const sizes = dimensions(file, view, 0);
  const ownClassifier = sizes.signedVocab < 0;
  return { ...sizes, version: 0, ownClassifier, group: 1, start: LEGACY_BYTES };
}

type Sizes = Omit<Llama2cDimensions, "version" | "ownClassifier" | "group" | "start"> & {
  readonly signedVocab: number;
};

function dimensions(file: ByteSource, view: DataView, at: number): Sizes {
  const fail = (problem: string): never => {
    throw new CheckpointError(file.path, problem);
  };
  const values = fields.map((_, index) => view.getInt32(at + 4 * index, true));
  const [dim = 0, hidden = 0, layers = 0, heads = 0, kvHeads = 0, signedVocab = 0, sequence = 0] =
    values;
  const vocab = Math.abs(signedVocab);
  [dim, hidden, layers, heads, kvHeads, vocab, sequence].forEach((value, index) => {
    if (value <= 0) fail(`${fields[index]} is ${values[index]}; this is no llama2.c checkpoint`);
  });
  if (dim % heads !== 0 || heads % kvHeads !== 0) {
    return fail(
      `${dim} dimensions, ${heads} heads and ${kvHeads} key heads do not divide; this is no llama2.c checkpoint`,
    );
  }
  const head = dim / heads;
  if (head % 2 !== 0) {
    return fail(
      `${dim} dimensions in ${heads} heads are ${head} a head; rotary pairs need an even number`,
    );
  }
  return { dim, hidden, layers, heads, kvHeads, vocab, sequence, signedVocab };
}

/** The header's numbers as the file has them. */
export function stated(dimensions: Llama2cDimensions): string {
  const { version, dim, hidden, layers, heads, kvHeads, sequence, ownClassifier } = dimensions;
  const vocab = version === 0 && ownClassifier ? -dimensions.vocab : dimensions.vocab;
  const values = [dim, hidden, layers, heads, kvHeads, vocab, sequence];
  const text = fields.map((name, i) => `${name} ${values[i]}`).join(", ");
  return version === 0 ? text : `llama2.c version ${version}: ${text}`;
}
