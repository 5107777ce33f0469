import { BIAS_MAX, BIAS_MIN } from "../../format/index.ts";
import { CheckpointError } from "../error.ts";
import type { Rf8Info, TensorInfo } from "../tensor.ts";
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
 * @throws CheckpointError for a version other than 1 and for declarations that fit no tensor.
 */
export function readRf8Metadata(
  file: string,
  metadata: Readonly<Record<string, string>>,
  tensors: readonly TensorInfo[],
): TensorInfo[] {
  if (metadata[keys.format] !== "rf8") return [...tensors];
  if (metadata[keys.version] !== "1") {
    throw new CheckpointError(
      file,
      `${keys.version} is ${JSON.stringify(metadata[keys.version] ?? null)}; "1" is known`,
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
    const rf8 = infoOf(file, tensor, infos.get(tensor.name));
    infos.delete(tensor.name);
    return { ...tensor, rf8 };
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

function infoOf(file: string, { name, dtype, shape }: TensorInfo, value: unknown): Rf8Info {
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
  if (Array.isArray(bias) && bias.length !== (shape[0] ?? -1)) {
    return fail(
      `it has ${bias.length} biases for shape [${shape.join(", ")}]; one for each of axis 0 is needed`,
    );
  }
  return {
    bias: Array.isArray(bias) ? list : (list[0] ?? 0),
    rounding: typeof rounding === "string" ? rounding : undefined,
  };
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

/** `__metadata__` that says which tensors are RF8 and how. */
export const withRf8 = (
  metadata: Readonly<Record<string, string>>,
  tensors: ReadonlyMap<string, Rf8Info>,
): Record<string, string> => ({
  ...metadata,
  ...(metadata[keys.format] !== undefined && { [keys.source]: metadata[keys.format] }),
  [keys.format]: "rf8",
  [keys.version]: "1",
  [keys.tensors]: JSON.stringify(Object.fromEntries(tensors)),
});
