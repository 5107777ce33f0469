import type { ByteSource } from "../file.ts";
import { recognise, SIGNATURE_BYTES } from "../recognise.ts";
import type { Header } from "../safetensors/header.ts";
import { elementsOf, type TensorInfo } from "../tensor.ts";
import { blocks, blockTypes, otherTypes } from "./blocks.ts";
import { architectures, huggingFaceName } from "./names.ts";
import { GgufReader, type GgufValue } from "./reader.ts";

/** The tensors of a GGUF file, and its metadata as it is. */
export interface Gguf extends Header {
  readonly values: ReadonlyMap<string, GgufValue>;
}

const MAGIC = 0x46554747;
/** Each is at least so many bytes in the file: lists that claim more are refused. */
const [VALUE_BYTES, TENSOR_BYTES] = [13, 24];
const AXES = 4;

/**
 * Reads the header of a GGUF file, version 2 or 3, and checks every claim in it: lengths, types, shapes, and that
 * tensors lie in the file without overlap. Tensors of blocks are read as float32. Where the architecture is known
 * they get Hugging Face's names.
 *
 * @throws CheckpointError for the first claim that does not hold.
 */
export function readGguf(file: ByteSource): Gguf {
  const reader = new GgufReader(file);
  if (file.size < 24 || reader.u32() !== MAGIC) return reader.fail(notGguf(file));
  const version = reader.u32();
  if (version !== 2 && version !== 3)
    return reader.fail(`is GGUF of version ${version}; 2 and 3 are known, little-endian`);
  const tensorCount = reader.u64("the number of tensors");
  const valueCount = reader.u64("the number of metadata values");
  if (tensorCount * TENSOR_BYTES + valueCount * VALUE_BYTES > file.size)
    return reader.fail(
      `claims ${tensorCount} tensors and ${valueCount} values, more than its ${file.size} bytes hold`,
    );
  const values = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const key = reader.text(`the key of value ${i}`);
    if (values.has(key)) return reader.fail(`key ${JSON.stringify(key)} appears twice`);
    values.set(key, reader.value(key));
  }
  const stated = Array.from({ length: tensorCount }, (_, i) => entry(reader, i));
  const alignment = values.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 8 || alignment % 8 !== 0)
    return reader.fail(`general.alignment is ${alignment}; a multiple of 8 is needed`);
  const start = alignment * Math.ceil(reader.position / alignment);
  const known = architectures.get(String(values.get("general.architecture")));
  const tensors = stated.map((one) =>
    tensorOf(reader, one, { file, start, known: known !== undefined }),
  );
  checkPlaces(reader, stated, { file, start, alignment });
  return {
    metadata: known?.adjacent ? { "rf8.rope": "adjacent" } : {},
    tensors,
    values,
  };
}

function notGguf(file: ByteSource): string {
  const first = new Uint8Array(Math.min(SIGNATURE_BYTES, file.size));
  file.read(0, first);
  return recognise(first) ?? `is ${file.size} bytes and no GGUF file, which begins with GGUF`;
}

interface Entry {
  readonly name: string;
  /** Row by row, the longest stride first, as elsewhere. */
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
}

function entry(reader: GgufReader, index: number): Entry {
  const name = reader.text(`the name of tensor ${index}`);
  const fail = (problem: string): never =>
    reader.fail(`tensor ${JSON.stringify(name)}: ${problem}`);
  const axes = reader.u32();
  if (axes > AXES) return fail(`it has ${axes} axes; ${AXES} is the most`);
  const sizes = Array.from({ length: axes }, () => reader.u64(`a size of tensor ${index}`));
  const type = reader.u32();
  const offset = reader.u64(`the offset of tensor ${index}`);
  const block = blockTypes.get(type);
  if (!block)
    return fail(
      `its type is ${otherTypes.get(type) ?? type}; ${[...blockTypes.values()].map((one) => one.name).join(", ")} are known`,
    );
  const elements = elementsOf(sizes);
  const bytes = ((elements ?? Number.NaN) / block.elements) * block.bytes;
  if (elements === undefined || !Number.isSafeInteger(4 * elements))
    return fail(`its shape [${sizes.join(", ")}] is beyond 2^53 bytes`);
  // Blocks run along the first axis and do not cross rows.
  if ((sizes.at(0) ?? 1) % block.elements !== 0)
    return fail(
      `rows of ${sizes[0]} are no whole blocks of ${block.elements}, as ${block.name} has`,
    );
  return { name, shape: sizes.toReversed(), type, offset, bytes };
}

function tensorOf(
  reader: GgufReader,
  { name, shape, type, offset, bytes }: Entry,
  {
    file: { path },
    start,
    known,
  }: { readonly file: ByteSource; readonly start: number; readonly known: boolean },
): TensorInfo {
  const block = blockTypes.get(type);
  if (!block) return reader.fail(`type ${type}`);
  const elements = elementsOf(shape) ?? 0;
  const position = start + offset;
  return {
    name: known ? huggingFaceName(name) : name,
    shape,
    elements,
    file: path,
    position,
    dtype: block.decode ? "F32" : block.name,
    byteLength: block.decode ? 4 * elements : bytes,
    rf8: undefined,
    ...(block.decode && { computed: blocks(path, position, block) }),
  };
}

function checkPlaces(
  reader: GgufReader,
  entries: readonly Entry[],
  {
    file: { size },
    start,
    alignment,
  }: { readonly file: ByteSource; readonly start: number; readonly alignment: number },
): void {
  const names = new Set<string>();
  let covered = 0;
  for (const { name, offset, bytes } of entries.toSorted(
    (a, b) => a.offset - b.offset || a.bytes - b.bytes,
  )) {
    const fail = (problem: string): never =>
      reader.fail(`tensor ${JSON.stringify(name)} ${problem}`);
    if (names.has(name)) fail("appears twice");
    names.add(name);
    if (offset % alignment !== 0) fail(`begins at ${offset}, no multiple of ${alignment}`);
    if (offset < covered) fail(`overlaps the tensor before it: it begins at ${offset}`);
    covered = offset + bytes;
    if (start + covered > size)
      fail(`ends at ${start + covered}, the file has ${size} bytes; it is truncated`);
  }
}
