import { INTEGER_VALUES } from "../../model/index.ts";
import {
  type DecoderConfig,
  layerPart,
  layerTensor,
  type Model,
  projectionsOf,
  rowFactor,
  tensorOf,
} from "../../network/index.ts";
import { InferenceError } from "../run/error.ts";
import { gainsOf } from "./gains.ts";

/** What rounding may add to a bound. */
const MARGIN = 1 + 2 ** -8;

/**
 * The largest |key| that a layer can make of any token. A normed vector u has Σu² ≤ n before its gain, so by Cauchy and
 * Schwarz a row w gives at most √n · √Σ(w · gain)², and a pair of elements that turns at most the root of both squares.
 */
export function largestKey(model: Model<DecoderConfig>, layer: number): number {
  const { config } = model;
  const { head_dim: head, num_key_value_heads: heads, queryKeyNorm } = config;
  const bounds =
    queryKeyNorm === "none"
      ? rowBounds(model, layer, "key")
      : normBounds(model, layer, queryKeyNorm === "head" ? head : heads * head);
  const rotary = config.layers[layer]?.rotary;
  if (!rotary) return MARGIN * maximum(bounds);
  const pairs = rotary.frequencies.length;
  return (
    MARGIN *
    maximum(
      Float64Array.from(bounds, (bound, i) => {
        const within = i % head;
        if (within >= 2 * pairs) return bound;
        const other = bounds[within < pairs ? i + pairs : i - pairs] as number;
        return rotary.factor * Math.hypot(bound, other);
      }),
    )
  );
}

/** The largest |value| that a layer can make of any token. */
export const largestValue = (model: Model<DecoderConfig>, layer: number): number =>
  MARGIN * maximum(rowBounds(model, layer, "value"));

const maximum = (values: Float64Array): number =>
  values.reduce((maximum, value) => Math.max(maximum, value), 0);

/** √group · |gain|, for every element of all key heads. */
function normBounds(model: Model<DecoderConfig>, layer: number, group: number): Float64Array {
  const gains = gainsOf(model, layerPart(layer, "self_attn.k_norm"));
  const { num_key_value_heads: heads, head_dim: head } = model.config;
  return Float64Array.from(
    { length: heads * head },
    (_, i) => Math.sqrt(group) * Math.abs(gains[i % gains.length] as number),
  );
}

function rowBounds(
  model: Model<DecoderConfig>,
  layer: number,
  which: "key" | "value",
): Float64Array {
  const { config } = model;
  const { hidden_size: hidden, head_dim: head } = config;
  const gains = gainsOf(model, layerPart(layer, config.attentionNorms.before ?? ""));
  const { parts, bias } = projectionsOf(config).queryKeyValue;
  const keys = config.num_key_value_heads * head;
  const [query, key = query, value = query] = parts;
  const part = which === "key" ? key : value;
  if (!part) throw new InferenceError("a layer without queries, keys and values");
  // In a fused matrix the rows of the keys, then those of the values, are the last.
  const first = parts.length > 1 ? 0 : part.outputs - (which === "key" ? 2 * keys : keys);
  const { rf8 } = tensorOf(model, layerTensor(layer, part.name));
  if (!rf8) throw new InferenceError(`tensor ${layerTensor(layer, part.name)} is no RF8 matrix`);
  const biases = bias ? tensorOf(model, layerTensor(layer, part.name, "bias")).values : undefined;
  return Float64Array.from({ length: keys }, (_, i) => {
    const row = first + i;
    let squares = 0;
    for (let j = 0; j < hidden; j++)
      squares +=
        ((INTEGER_VALUES[rf8.codes[row * hidden + j] as number] as number) *
          (gains[j] as number)) **
        2;
    return Math.sqrt(hidden * squares) * rowFactor(rf8, row) + Math.abs(biases?.[row] ?? 0);
  });
}
