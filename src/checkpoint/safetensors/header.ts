import { CheckpointError } from "../error.ts";
import { recognise } from "../recognise.ts";
import { bytesOf, dtypeBits, elementsOf, type TensorInfo } from "../tensor.ts";
import { isObject, readJson } from "./json.ts";
import { readRf8Metadata } from "./rf8-metadata.ts";

/** What a header says. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly TensorInfo[];
}

const OPENING_BRACE = 0x7b;

/** The format's own limit on a header. */
export const HEADER_LIMIT = 100_000_000;

/**
 * The length of the header, from a file's first bytes.
 *
 * @throws CheckpointError when the file is too short for it or it is over 100 MB.
 */
export function headerLength(file: string, first: Uint8Array, fileSize: number): number {
  if (fileSize < 8 || first.length < 8) {
    throw new CheckpointError(
      file,
      `is ${fileSize} bytes, too short for a safetensors file: it starts with an 8-byte length`,
    );
  }
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT)) {
    throw new CheckpointError(
      file,
      recognise(first) ??
        `its header claims ${length} bytes, the limit is ${HEADER_LIMIT}; this is no safetensors file, or a damaged one`,
    );
  }
  if (length > BigInt(fileSize - 8)) {
    throw new CheckpointError(
      file,
      recognise(first) ??
        `its header claims ${length} bytes, the file has ${fileSize - 8} after the length; it is truncated`,
    );
  }
  return Number(length);
}

/**
 * Reads a header and checks every claim in it before it is believed: shapes, types and that the data is
 * covered once, without gap or overlap, to the end of the file.
 *
 * @param bytes the header alone, after its length.
 * @throws CheckpointError for the first claim that does not hold.
 */
export function parseHeader(file: string, bytes: Uint8Array, fileSize: number): Header {
  const fail = (problem: string): never => {
    throw new CheckpointError(file, problem);
  };
  const root = readJson(bytes, (reason) => fail(`its header is no valid JSON: ${reason}`));
  if (!isObject(root)) return fail("its header is not a JSON object");
  if (bytes[0] !== OPENING_BRACE) return fail("its header does not begin with {, as it must");

  const { __metadata__: given = {}, ...entries } = root;
  if (!isObject(given)) return fail("__metadata__ is not an object of strings");
  const metadata = Object.fromEntries(
    Object.entries(given).map(([key, value]) =>
      typeof value === "string"
        ? [key, value]
        : fail(`__metadata__ ${JSON.stringify(key)} is not a string`),
    ),
  );
  const dataStart = 8 + bytes.length;
  const plain = Object.entries(entries).map(([name, entry]) =>
    tensorOf(file, name, entry, dataStart),
  );
  checkCoverage(file, plain, dataStart, fileSize);
  return { metadata, tensors: readRf8Metadata(file, metadata, plain) };
}

function tensorOf(file: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  const fail = (problem: string): never => {
    throw new CheckpointError(file, `tensor ${JSON.stringify(name)}: ${problem}`);
  };
  if (!isObject(entry))
    return fail("its entry is not an object with dtype, shape and data_offsets");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !dtypeBits.has(dtype)) {
    return fail(
      `dtype ${JSON.stringify(dtype)} is unknown; known are ${[...dtypeBits.keys()].join(", ")}`,
    );
  }
  if (!isCounts(shape)) return fail("its shape must be a list of whole numbers, 0 or more");
  if (!isCounts(offsets) || offsets.length !== 2)
    return fail("its data_offsets must be two whole numbers");
  const [begin = 0, end = 0] = offsets;
  const elements = elementsOf(shape);
  if (elements === undefined || !Number.isSafeInteger(8 * elements))
    return fail(`its shape [${shape.join(", ")}] is beyond 2^53 bytes`);
  const bytes = bytesOf(dtype, elements);
  if (bytes === undefined)
    return fail(`[${shape.join(", ")}] of ${dtype} fills no whole number of bytes`);
  if (end - begin !== bytes) {
    return fail(
      `[${shape.join(", ")}] of ${dtype} is ${bytes} bytes, its offsets ${begin} to ${end} span ${end - begin}`,
    );
  }
  return {
    name,
    dtype,
    shape,
    elements,
    file,
    byteLength: end - begin,
    position: dataStart + begin,
    rf8: undefined,
  };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

function checkCoverage(
  file: string,
  tensors: readonly TensorInfo[],
  dataStart: number,
  fileSize: number,
): void {
  // Empty tensors of the same offset come before the one that has bytes there.
  const ordered = [...tensors].sort(
    (a, b) => a.position - b.position || a.byteLength - b.byteLength,
  );
  let covered = dataStart;
  for (const { name, position, byteLength } of ordered) {
    if (position !== covered) {
      const what = position < covered ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new CheckpointError(
        file,
        `tensor ${JSON.stringify(name)} ${what}: it begins at ${position - dataStart}, the data before ends at ${covered - dataStart}`,
      );
    }
    covered += byteLength;
  }
  if (covered !== fileSize) {
    const have = fileSize - dataStart;
    const problem = covered > fileSize ? "it is truncated" : "the rest belongs to no tensor";
    throw new CheckpointError(
      file,
      `its tensors take ${covered - dataStart} bytes, the file holds ${have}; ${problem}`,
    );
  }
}
