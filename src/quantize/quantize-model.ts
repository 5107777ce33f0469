import {
  type Checkpoint,
  CheckpointError,
  type ChosenCodes,
  isFloat,
  isKept,
  nearestFloat,
  openCheckpoint,
  quantizedTensors,
  saveCodes,
} from "../checkpoint/index.ts";
import {
  type DecoderConfig,
  EMBEDDING,
  findTensors,
  isWhole,
  type Model,
  openWhole,
  tensorOf,
} from "../network/index.ts";
import { type DecoderOptions, quantizeDecoder } from "./decoder.ts";
import { type EqualizeOptions, equalize } from "./equalize.ts";
import type { QuantizedMatrix } from "./matrix.ts";

export interface ModelOptions extends Omit<DecoderOptions, "chosen"> {
  /** Tensors that keep their type, by their names in the checkpoint; `*` stands for any characters. */
  readonly keep?: readonly string[];
  /** Moves factors between matrices first (`equalize`), where neither they nor a bias between them is kept. */
  readonly equalized?: boolean;
  /** Makes better codes of those that were chosen, of the same bias, scales and palette. @param model whose weights they stand for */
  refine?(
    chosen: ReadonlyMap<string, QuantizedMatrix>,
    model: Model<DecoderConfig>,
  ): Promise<ReadonlyMap<string, QuantizedMatrix>>;
}

/** What became of one matrix; the keys are those of the command's JSON. */
export interface MatrixReport {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bias: number;
  /** Positive canonical codes; null of 8 bits. */
  readonly palette: readonly number[] | null;
  /** What of it was multiplied by factors that its pair makes up for; null where nothing was. */
  readonly equalized: "rows" | "columns" | null;
  /** Share of the output's mean square that is error, on the calibration: of the nearest codes of its weights, equalized where they were, with one max bias, and of these, before they were refined. */
  readonly error_nearest: number;
  readonly error: number;
  /** Codes that are not the nearest to their weight. */
  readonly changed: number;
  readonly saturated: number;
  readonly flushed_to_zero: number;
}

/** A model, where it is read and written, and what its codes are chosen on. */
export interface ModelTask {
  /** A folder, or a llama2.c or GGUF file. */
  readonly input: string;
  /** As `readModel` reads it from `input`. */
  readonly model: Model<DecoderConfig>;
  /** The new folder. */
  readonly output: string;
  /** Tokens that the network reads, every one of each. */
  readonly sequences: readonly (readonly number[])[];
}

/**
 * Writes a decoder with its matrices in RF8, codes chosen on sequences that it reads (docs/quantization.md): a new folder of a folder
 * or of a llama2.c or GGUF file. The network is in memory as float32.
 *
 * @throws CheckpointError for an input that holds RF8, and as `readModel` and `saveCodes`.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const files = { input: `${folder}/model`, output: `${folder}/rf8` };
 * const options = { method: "gptq", scale: "none", bits: 8 };
 * const reports = await quantizeModel({ ...files, model, sequences: [[1, 2, 3, 4, 5, 6]] }, options);
 * console.log(reports.every(({ error, error_nearest }) => error <= error_nearest)); // true
 */
export async function quantizeModel(
  { input, model: given, output, sequences }: ModelTask,
  { keep = [], equalized = false, refine, ...options }: ModelOptions,
): Promise<readonly MatrixReport[]> {
  const checkpoint = isWhole(input) ? openWhole(input) : openCheckpoint(input);
  try {
    if (checkpoint.tensors.some((tensor) => tensor.rf8))
      throw new CheckpointError(input, "is quantized already; dequantize it first");
    const places = placesOf(checkpoint, given.config);
    const names = new Set(quantizedTensors(checkpoint, keep).map(({ name }) => name));
    const chosen = (name: string): boolean => names.has(places.get(name)?.name ?? "");
    const { model, pairs } = equalized
      ? equalize(given, sequences, {
          ...options,
          ...changing(places, chosen, isKept(checkpoint, keep)),
        })
      : { model: given, pairs: [] };
    const first = quantizeDecoder(model, sequences, { ...options, chosen });
    const results = refine ? await refine(first, model) : first;
    const codes = new Map<string, ChosenCodes>();
    for (const [name, result] of results) {
      const place = places.get(name);
      if (place) codes.set(place.name, inOrder(result, place.order, options.bits));
    }
    // Only a classifier that equals the embedding and is stored beside it is no tensor of the network.
    const embedding = codes.get(places.get(EMBEDDING)?.name ?? "");
    for (const name of names) if (!codes.has(name) && embedding) codes.set(name, embedding);
    const biases = new Map(
      pairs.flatMap(({ bias }) => {
        const place = bias === undefined ? undefined : places.get(bias);
        return bias && place ? [[place.name, tensorOf(model, bias).values] as const] : [];
      }),
    );
    await saveCodes(checkpoint, output, codes, biases);
    const ends = new Map(
      pairs.flatMap(({ rows, columns }) => [
        [rows, "rows"] as const,
        [columns, "columns"] as const,
      ]),
    );
    return [...results].map(([name, result]) =>
      reportOf(model, name, result, ends.get(name) ?? null),
    );
  } finally {
    checkpoint.close();
  }
}

/** Where a matrix of the network is in its checkpoint, and the row there for every row of it, where they are in another order. */
interface Place {
  readonly name: string;
  readonly dtype: string;
  readonly order: Int32Array | undefined;
}

function placesOf(checkpoint: Checkpoint, config: DecoderConfig): Map<string, Place> {
  const { found } = findTensors(checkpoint, config);
  return new Map(
    found.map(({ name, info, order }) => [name, { name: info.name, dtype: info.dtype, order }]),
  );
}

/** What equalization may change, and what the checkpoint can hold of it. */
const changing = (
  places: ReadonlyMap<string, Place>,
  quantized: (name: string) => boolean,
  kept: (name: string) => boolean,
): EqualizeOptions => ({
  // Biases are not quantized, but may be kept as they are.
  chosen: (name) =>
    quantized(name) || (name.endsWith(".bias") && !kept(places.get(name)?.name ?? "")),
  stored(name, value) {
    const dtype = places.get(name)?.dtype ?? "";
    return isFloat(dtype) ? nearestFloat(dtype, value) : value;
  },
});

/** The codes with the rows as the checkpoint has them. */
function inOrder(
  { codes, bias, scales, palette }: QuantizedMatrix,
  order: Int32Array | undefined,
  bits: number,
): ChosenCodes {
  const columns = order ? codes.length / order.length : 0;
  const [turned, factors] = [codes.slice(), scales?.slice()];
  order?.forEach((place, row) => {
    turned.set(codes.subarray(row * columns, (row + 1) * columns), place * columns);
    if (factors) factors[place] = scales?.[row] ?? 1;
  });
  return {
    codes: turned,
    bias,
    ...(factors && { scales: factors }),
    ...(palette && { palette: { bits, codes: palette } }),
  };
}

function reportOf(
  { tensors }: Model,
  name: string,
  { bias, palette, errorNearest, error, changed, saturated, flushed }: QuantizedMatrix,
  equalized: MatrixReport["equalized"],
): MatrixReport {
  return {
    name,
    shape: tensors.get(name)?.shape ?? [],
    bias,
    palette: palette ?? null,
    equalized,
    error_nearest: errorNearest,
    error,
    changed,
    saturated,
    flushed_to_zero: flushed,
  };
}
