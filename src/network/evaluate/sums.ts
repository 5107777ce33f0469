import type { DecoderConfig } from "../decoder/config.ts";
import { floatLayers } from "../linear.ts";
import type { Model } from "../model.ts";
import { type InputType, quantizedInputs } from "../quantized-input.ts";
import { quantizedModel } from "../rf8-model.ts";
import { BatchReader } from "./batches.ts";
import { measure, type Sums } from "./measure.ts";
import { isMatrix, quantizeTensor, STORED, type WeightSetting } from "./weights.ts";

/** A way to run a network: how its matrices are stored and what their inputs are. */
export interface Setting extends WeightSetting {
  readonly activations: InputType;
}

/** What is measured: the network under settings, or each of some matrices alone in RF8. */
export type Candidates =
  | {
      readonly settings: readonly Setting[];
      /** The network of the settings with the format `stored`. */
      readonly stored?: Pick<Model<DecoderConfig>, "config" | "tensors">;
    }
  | { readonly matrices: readonly string[] };

export const predictedTokens = (sequences: readonly (readonly number[])[]): number =>
  sequences.reduce((sum, sequence) => sum + Math.max(0, sequence.length - 1), 0);

/** Weights in quantized copies that are in memory at a time, 256 MB of them; one copy at least. */
const COPIES = 2 ** 26;

const RF8 = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;

/** The rows of settings that store the matrices alike share one copy of them. */
const sameWeights = (a: WeightSetting, b: WeightSetting): boolean =>
  a.format === b.format && a.rounding === b.rounding && a.granularity === b.granularity;

/** The network with its matrices stored as a setting has them. @param stored that of the format `stored` */
export function storedAs<M extends Pick<Model<DecoderConfig>, "config" | "tensors">>(
  model: M,
  setting: WeightSetting,
  stored?: M,
): M {
  if (setting.format === STORED) return stored ?? model;
  return setting.format === "f32" ? model : quantizedModel(model, setting);
}

/**
 * The sums of every candidate over the sequences, in the order of the candidates.
 *
 * @param onTokens counts a token once for every candidate
 */
export async function sumsOf(
  model: Model<DecoderConfig>,
  candidates: Candidates,
  sequences: readonly (readonly number[])[],
  onTokens: (tokens: number) => void,
): Promise<readonly Sums[]> {
  const { tensors } = model;
  if ("matrices" in candidates) {
    const reference = new BatchReader(model, sequences);
    const readers = candidates.matrices.map((name) => {
      const tensor = tensors.get(name);
      const changed = new Map(tensors);
      if (tensor) changed.set(name, quantizeTensor(tensor, RF8));
      return new BatchReader({ ...model, tensors: changed }, sequences);
    });
    return measure(reference, readers, sequences, (n) => onTokens(n * readers.length));
  }
  const { settings } = candidates;
  const groups = settings.filter((one, i) => settings.findIndex((s) => sameWeights(s, one)) === i);
  const weights = [...tensors.values()]
    .filter(isMatrix)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const together = Math.max(1, Math.floor(COPIES / weights));
  const sums = new Map<Setting, Sums>();
  for (let start = 0; start < groups.length; start += together) {
    const reference = new BatchReader(model, sequences);
    const readers = groups.slice(start, start + together).flatMap((group) => {
      const stored = storedAs(model, group, candidates.stored);
      return settings
        .filter((setting) => sameWeights(setting, group))
        .map((setting): [Setting, BatchReader] => {
          const { format, activations } = setting;
          // The network as it is need not be run twice.
          if (format === "f32" && activations === "float") return [setting, reference];
          const layers = quantizedInputs(floatLayers(stored), activations);
          return [setting, new BatchReader(stored, sequences, layers)];
        });
    });
    const found = await measure(
      reference,
      readers.map(([, reader]) => reader),
      sequences,
      (n) => onTokens(n * readers.length),
    );
    readers.forEach(([setting], i) => {
      sums.set(setting, found[i] as Sums);
    });
  }
  return settings.map((setting) => sums.get(setting) as Sums);
}
