import { BIAS_MAX, BIAS_MIN, canonicalise, LARGEST_CODE } from "../../format/index.ts";
import { CheckpointError } from "../error.ts";
import { packedBytes } from "../packing.ts";
import { elementsOf, type Packing, type Rf8Info, type TensorInfo } from "../tensor.ts";
import { isObject, parseStrictJson } from "./json.ts";

/** The keys of `__metadata__` that say which U8 tensors are RF8 (docs/format.md). */
const keys = {
  format: "format",
  version: "rf8.version",
  tensors: "rf8.tensors",
  /** What `format` was before, for dequantizing. */
  source: "rf8.source_format",
} as const;

/**
 * Marks the tensors that the metadata declares to be RF8.
 *
 * Version 2 adds row scales, whose values are still to be read (`withRowScales`), and palettes.
 *
 * @throws CheckpointError for a version other than 1 and 2, and for declarations that fit no tensor.
 */
export function readRf8Metadata(
  file: string,
  metadata: Readonly<Record<string, string>>,
  tensors: readonly TensorInfo[],
): TensorInfo[] {
  if (metadata[keys.format] !== "rf8") return [...tensors];
  const version = metadata[keys.version];
  if (version !== "1" && version !== "2") {
    throw new CheckpointError(
      file,
      `${keys.version} is ${JSON.stringify(version ?? null)}; "1" and "2" are known`,
    );
  }
  let declared: unknown;
  try {
    declared = parseStrictJson(metadata[keys.tensors] ?? "");
  } catch (error) {
    throw new CheckpointError(
      file,
      `${keys.tensors} is no valid JSON: ${(error as Error).message.split("\n")[0]}`,
    );
  }
  if (!isObject(declared))
    throw new CheckpointError(file, `${keys.tensors} is not an object of tensors`);
  const infos = new Map(Object.entries(declared));
  const marked = tensors.map((tensor) => {
    if (!infos.has(tensor.name)) return tensor;
    const rf8 = infoOf(file, tensor, infos.get(tensor.name), version);
    infos.delete(tensor.name);
    return rf8;
  });
  const [unknown] = infos.keys();
  if (unknown !== undefined) {
    throw new CheckpointError(
      file,
      `${keys.tensors} names ${JSON.stringify(unknown)}, which the file does not hold`,
    );
  }
  return marked;
}

function infoOf(file: string, tensor: TensorInfo, value: unknown, version: string): TensorInfo {
  const { name, dtype, shape } = tensor;
  const fail = (problem: string): never => {
    throw new CheckpointError(file, `RF8 tensor ${JSON.stringify(name)}: ${problem}`);
  };
  if (dtype !== "U8") return fail(`its dtype is ${dtype}, RF8 codes are U8`);
  if (!isObject(value)) return fail("its declaration is not an object with a bias");
  const { bias, rounding } = value;
  const valid = (item: unknown): item is number =>
    Number.isInteger(item) && Number(item) >= BIAS_MIN && Number(item) <= BIAS_MAX;
  const list: readonly unknown[] = Array.isArray(bias) ? bias : [bias];
  if (!list.every(valid)) return fail(`a bias is a whole number from ${BIAS_MIN} to ${BIAS_MAX}`);
  if (Array.isArray(bias) && bias.length !== (shape.at(0) ?? -1)) {
    return fail(
      `it has ${bias.length} biases for shape [${shape.join(", ")}]; one for each of axis 0 is needed`,
    );
  }
  const added = ["scale", "bits", "palette", "columns"].filter((key) => value[key] !== undefined);
  if (version === "1" && added.length > 0)
    return fail(`${added.join(", ")}: only ${keys.version} "2" has row scales and palettes`);
  const { scale } = value;
  if (scale !== undefined && typeof scale !== "string")
    return fail("its scale is not the name of a tensor");
  const packing = packingOf(value, fail);
  const columns = packing?.columns ?? 0;
  const unpacked = packing ? [shape.at(0) ?? 0, columns] : shape;
  const elements = elementsOf(unpacked);
  if (elements === undefined) return fail(`shape [${unpacked.join(", ")}] is beyond 2^53`);
  if (packing && (shape.length !== 2 || shape[1] !== packedBytes(columns, packing.bits)))
    return fail(
      `its shape is [${shape.join(", ")}]; ${columns} columns of ${packing.bits} bits take ${packedBytes(columns, packing.bits)} bytes a row`,
    );
  const rf8: Rf8Info = {
    bias: Array.isArray(bias) ? list : (list.at(0) ?? 0),
    rounding: typeof rounding === "string" ? rounding : undefined,
    ...(scale !== undefined && { scale: { name: scale, values: new Float32Array() } }),
    ...(packing && { packing }),
  };
  return packing
    ? { ...tensor, shape: unpacked, elements, byteLength: elements, rf8 }
    : { ...tensor, rf8 };
}

/** What a declaration says of a palette; undefined where it says nothing. */
function packingOf(
  { bits, palette, columns }: Record<string, unknown>,
  fail: (problem: string) => never,
): Packing | undefined {
  if (bits === undefined && palette === undefined && columns === undefined) return undefined;
  const whole = (item: unknown, minimum: number, maximum: number): item is number =>
    Number.isInteger(item) && Number(item) >= minimum && Number(item) <= maximum;
  if (!whole(bits, 4, 7)) return fail("bits of a palette's index is a whole number from 4 to 7");
  if (!whole(columns, 0, Number.MAX_SAFE_INTEGER))
    return fail("columns is not a number of weights");
  const maximum = 2 ** (bits - 1) - 1;
  const list: readonly unknown[] = Array.isArray(palette) ? palette : [];
  const codes = list.filter(
    (code, i): code is number =>
      whole(code, 1, LARGEST_CODE) &&
      canonicalise(code) === code &&
      (i === 0 || code > Number(list[i - 1])),
  );
  if (list.length < 1 || list.length > maximum || codes.length !== list.length)
    return fail(
      `its palette is not 1 to ${maximum} positive canonical codes in ascending order, as ${bits} bits need`,
    );
  return { bits, palette: codes, columns };
}

/** `__metadata__` without what says RF8. `rf8.rope` stays: it describes tensors of any type. */
export function withoutRf8(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const {
    format,
    [keys.version]: _,
    [keys.tensors]: __,
    [keys.source]: source,
    ...rest
  } = metadata;
  const given = format === "rf8" ? source : format;
  if (given !== undefined) return { ...rest, format: given };
  // transformers refuses metadata without a format, and rightly where q and k are not in its order.
  return rest["rf8.rope"] === undefined ? { ...rest, format: "pt" } : rest;
}

interface TensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly { readonly name: string }[];
}

/** `__metadata__` of a file that says which of its tensors are RF8 and how. */
export function withRf8(
  { metadata, tensors }: TensorsFile,
  infos: ReadonlyMap<string, Rf8Info>,
): Record<string, string> {
  const own = tensors.flatMap(({ name }) => {
    const info = infos.get(name);
    return info ? [{ name, info }] : [];
  });
  const isSecond = own.some(({ info }) => info.scale || info.packing);
  return {
    ...metadata,
    ...(metadata[keys.format] !== undefined && { [keys.source]: metadata[keys.format] }),
    [keys.format]: "rf8",
    [keys.version]: isSecond ? "2" : "1",
    [keys.tensors]: JSON.stringify(
      Object.fromEntries(own.map(({ name, info }) => [name, declaration(info)])),
    ),
  };
}

const declaration = ({ bias, rounding, scale, packing }: Rf8Info): Record<string, unknown> => ({
  bias,
  rounding,
  ...(scale && { scale: scale.name }),
  ...packing,
});
