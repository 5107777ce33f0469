import { rowLength } from "../../checkpoint/index.ts";
import { encodeArray, MaxAbs } from "../../format/index.ts";
import { E4M3, E5M2 } from "../../model/fp8.ts";
import { type ModelTensor, rf8Tensor } from "../tensor.ts";
import { magnitudes, nearestMagnitude } from "./fp8.ts";

export const weightFormats = ["f32", "rf8", "e4m3", "e5m2", "int8"] as const;
export const roundings = ["nearest", "paper"] as const;
export const granularities = ["tensor", "channel"] as const;

/** A network that is stored in a format of its own, as `rf8 quantize` wrote it. */
export const STORED = "stored";

/** How matrices are stored; null where a format leaves no choice. */
export interface WeightSetting {
  readonly format: (typeof weightFormats)[number] | typeof STORED;
  readonly rounding: (typeof roundings)[number] | null;
  /** One bias or scale a matrix, or one for each row (output). */
  readonly granularity: (typeof granularities)[number] | null;
}

/** Every format with each of its roundings and granularities; all but RF8 round to nearest alone. */
export const weightSettings: readonly WeightSetting[] = weightFormats.flatMap(
  (format): WeightSetting[] => {
    if (format === "f32") return [{ format, rounding: null, granularity: null }];
    const rules = format === "rf8" ? roundings : (["nearest"] as const);
    return rules.flatMap((rounding) =>
      granularities.map((granularity) => ({ format, rounding, granularity })),
    );
  },
);

type Round = (magnitude: number) => number;

/** Magnitudes in units of a scale, and the largest of them, to which max|w| is scaled. */
const scaled = { int8: { maximum: 127, round: Math.round }, e4m3: fp8(E4M3), e5m2: fp8(E5M2) };

function fp8(layout: typeof E4M3): { maximum: number; round: Round } {
  const sorted = magnitudes(layout);
  return { maximum: sorted.at(-1) ?? 0, round: (value) => nearestMagnitude(value, sorted) };
}

/**
 * A matrix as a format would store it. RF8: the bias `max`. INT8, E4M3 and E5M2: symmetric, w ≈ scale · q with a
 * real scale = max|w| / the largest number (127, 448, 57344); integers round ties away from zero, FP8 ties to even.
 */
export function quantizeTensor(
  { shape, values }: ModelTensor,
  { format, rounding, granularity }: WeightSetting,
): ModelTensor {
  if (format === "f32" || format === STORED) return { shape, values };
  const channels = granularity === "channel" ? (shape.at(0) ?? 1) : 1;
  const row = granularity === "channel" ? rowLength(shape) : values.length;
  const largest = new MaxAbs(channels, row);
  const block = { dtype: "F32", data: values } as const;
  largest.add(block);
  if (format === "rf8") {
    const biases = [...largest.biases()];
    const bias = { biases, rowLength: row };
    const { codes } = encodeArray(block, { bias, rounding: rounding ?? "nearest" });
    return rf8Tensor(shape, { codes, biases });
  }
  const { maximum, round } = scaled[format];
  return {
    shape,
    values: values.map((value, i) => {
      const scale = (largest.values[Math.floor(i / row)] as number) / maximum;
      return scale === 0 ? 0 : Math.sign(value) * scale * round(Math.abs(value) / scale);
    }),
  };
}

/** The tensors that formats store: matrices, the embedding among them. Norms stay float. */
export const isMatrix = ({ shape }: Pick<ModelTensor, "shape">): boolean => shape.length >= 2;
