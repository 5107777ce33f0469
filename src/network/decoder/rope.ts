import type { Fields } from "../fields.ts";

/** How queries and keys are turned by their position. */
export interface RotaryConfig {
  /** Radians a position, one for each pair of elements; a head's other elements stay as they are. */
  readonly frequencies: readonly number[];
  /** Factor of the turned elements. */
  readonly factor: number;
  /** Frequencies of a sequence that is to be longer than `beyond` tokens (longrope). */
  readonly long?: { readonly frequencies: readonly number[]; readonly beyond: number };
}

/** Where a layer's rotary embedding is described. */
export interface RopePlace {
  readonly fields: Fields;
  /** Elements of a head. */
  readonly head: number;
  /** The key of `rope_parameters` with this layer's, in files that have one for each type of layer. */
  readonly layerType: "full_attention" | "sliding_attention";
  /** The key of the base of layers that are not scaled. */
  readonly unscaledTheta?: string | undefined;
  readonly partial: boolean;
}

type Frequencies = Omit<RotaryConfig, "factor"> & { readonly factor?: number };

/** What a kind of scaling makes of the plain frequencies; `rope` holds the parameters. */
interface Scaling {
  readonly keys: readonly string[];
  scale(plain: readonly number[], rope: Fields, context: ScalingContext): Frequencies;
}

interface ScalingContext {
  readonly base: number;
  /** max_position_embeddings. */
  readonly longest: number;
  /** Tokens of the training before the scaling. */
  readonly original: number;
}

const ORIGINAL = "original_max_position_embeddings";

/** Every kind by transformers' name; `su` is longrope's older one. */
const scalings: Readonly<Record<string, Scaling>> = {
  default: { keys: [], scale: (frequencies) => ({ frequencies }) },
  linear: {
    keys: ["factor"],
    scale: (plain, rope) => ({ frequencies: plain.map((f) => f / rope.positive("factor")) }),
  },
  // The base grows with what is read beyond max_position_embeddings, and nothing is.
  dynamic: { keys: ["factor"], scale: (frequencies) => ({ frequencies }) },
  llama3: {
    keys: ["factor", "low_freq_factor", "high_freq_factor"],
    scale: llama3,
  },
  yarn: {
    keys: "factor beta_fast beta_slow attention_factor mscale mscale_all_dim truncate finetuned".split(
      " ",
    ),
    scale: yarn,
  },
  longrope: {
    keys: ["factor", "short_factor", "long_factor", "attention_factor"],
    scale: longrope,
  },
};

/**
 * The rotary embedding of a layer. transformers 5 has it in `rope_parameters`, one for all layers or one for each type;
 * earlier versions have the base as `rope_theta` and the rest in `rope_scaling`.
 *
 * @throws CheckpointError for a kind, a key or a value that is not known, and for a head of which an odd number turns.
 */
export function rotaryConfig(place: RopePlace): RotaryConfig {
  const { fields, layerType, unscaledTheta } = place;
  const given = parametersIn(fields);
  const perType = given?.has("full_attention") || given?.has("sliding_attention");
  const rope = perType ? given?.within(layerType) : given;
  if (perType && !rope) given?.refuse(layerType, "the file has layers of this type");
  const scaled = perType || unscaledTheta === undefined;
  const where = [rope, perType ? undefined : fields.within("rope_parameters"), fields];
  const base =
    scaled || unscaledTheta === "rope_theta"
      ? (where.find((one) => one?.get("rope_theta") !== undefined) ?? fields).positive("rope_theta")
      : fields.positive(unscaledTheta);
  const dims = turnedElements(place, rope);
  const plain = Array.from({ length: dims / 2 }, (_, i) => base ** ((-2 * i) / dims));
  if (!rope || !scaled) return { frequencies: plain, factor: 1 };
  const [kind, scaling] = scalingOf(rope);
  const known = [...scaling.keys, ORIGINAL, "rope_type", "type", "rope_theta"];
  for (const key of rope.keys())
    if (rope.get(key) !== undefined && key !== "partial_rotary_factor" && !known.includes(key))
      rope.refuse(key, `it is no known key of ${kind}, and might change the network`);
  const longest = fields.count("max_position_embeddings");
  const original = [rope, fields].find((where) => where.get(ORIGINAL) !== undefined);
  const context = { base, longest, original: original?.count(ORIGINAL) ?? longest };
  return { factor: 1, ...scaling.scale(plain, rope, context) };
}

/** Of a file that has both, as some do for both versions: they must say the same. Empty objects say nothing. */
function parametersIn(fields: Fields): Fields | undefined {
  const [older, newer] = ["rope_scaling", "rope_parameters"].map((key) => fields.within(key));
  if (!older || !newer || newer.keys().length === 0) return older ?? newer;
  if (older.keys().length === 0) return newer;
  for (const key of newer.keys()) {
    const other = older.get(key) ?? (key === "rope_type" ? older.get("type") : undefined);
    if (key !== "rope_theta" && JSON.stringify(newer.get(key)) !== JSON.stringify(other))
      newer.refuse(
        key,
        `"rope_scaling" has ${JSON.stringify(other) ?? "none"}; both must say the same`,
      );
  }
  return older;
}

/** The kind by its key, `rope_type` or `type` in older files. */
function scalingOf(rope: Fields): [string, Scaling] {
  const [kind, older] = [rope.get("rope_type"), rope.get("type")];
  if (kind !== undefined && older !== undefined && kind !== older)
    rope.refuse("rope_type", `"type" is ${JSON.stringify(older)}; both must say the same`);
  const named = kind ?? older ?? "default";
  const name = named === "su" ? "longrope" : String(named);
  const scaling = Object.hasOwn(scalings, name) ? scalings[name] : undefined;
  const key = kind === undefined ? "type" : "rope_type";
  return scaling
    ? [name, scaling]
    : rope.refuse(key, `known kinds are ${Object.keys(scalings).join(", ")}`);
}

/** An even number of a head's elements. */
function turnedElements({ fields, head, partial }: RopePlace, rope: Fields | undefined): number {
  const PARTIAL = "partial_rotary_factor";
  const where = rope?.get(PARTIAL) !== undefined ? rope : fields;
  const share = where.get(PARTIAL) === undefined ? 1 : where.positive(PARTIAL);
  if (share > 1) where.refuse(PARTIAL, "at most 1 is needed");
  if (share !== 1 && !partial)
    where.refuse(
      PARTIAL,
      "networks of this model_type with partial rotary embeddings are not supported",
    );
  const dims = Math.trunc(head * share);
  if (dims % 2 !== 0 || dims === 0)
    fields.refuse("head_dim", `${dims} elements of a head would turn; an even number is needed`);
  return dims;
}

/** Long waves are stretched by the factor, short ones stay, and those between are mixed. */
function llama3(plain: readonly number[], rope: Fields, { original }: ScalingContext): Frequencies {
  const [factor, low, high] = ["factor", "low_freq_factor", "high_freq_factor"].map((key) =>
    rope.positive(key),
  ) as [number, number, number];
  if (high < low) rope.refuse("high_freq_factor", "low_freq_factor or more is needed");
  return {
    frequencies: plain.map((f) => {
      const turns = (original * f) / (2 * Math.PI);
      const kept =
        high === low
          ? Number(turns >= low)
          : Math.min(1, Math.max(0, (turns - low) / (high - low)));
      return kept * f + ((1 - kept) * f) / factor;
    }),
  };
}

/** YaRN (arXiv 2309.00071): a ramp over the pairs between kept and stretched, and a factor of the turned elements. */
function yarn(
  plain: readonly number[],
  rope: Fields,
  { base, longest, original }: ScalingContext,
): Frequencies {
  const optional = (key: string, absent: number): number =>
    rope.get(key) === undefined ? absent : rope.positive(key);
  const factor = rope.get("factor") === undefined ? longest / original : rope.positive("factor");
  const dims = 2 * plain.length;
  /** The pair that turns so many times over the original context. */
  const pairOf = (rotations: number): number =>
    (dims * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
  const whole = rope.get("truncate") === undefined || rope.flag("truncate");
  const [first, last] = [pairOf(optional("beta_fast", 32)), pairOf(optional("beta_slow", 1))];
  const low = Math.max(0, whole ? Math.floor(first) : first);
  const high = Math.min(dims - 1, whole ? Math.ceil(last) : last);
  const span = high === low ? 0.001 : high - low;
  const magnitude = (scale: number): number =>
    factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  const [own, all] = [rope.get("mscale"), rope.get("mscale_all_dim")];
  const ratio =
    own !== undefined && all !== undefined
      ? magnitude(rope.positive("mscale")) / magnitude(rope.positive("mscale_all_dim"))
      : magnitude(1);
  return {
    frequencies: plain.map((f, i) => {
      const stretched = Math.min(1, Math.max(0, (i - low) / span));
      return (stretched * f) / factor + (1 - stretched) * f;
    }),
    factor: optional("attention_factor", ratio),
  };
}

/** Frequencies over factors of their own, for short and for long sequences. */
function longrope(
  plain: readonly number[],
  rope: Fields,
  { longest, original }: ScalingContext,
): Frequencies {
  const over = (key: string): number[] => {
    const factors = rope.numbers(key) ?? [];
    if (factors.length !== plain.length || !factors.every((value) => value > 0))
      rope.refuse(key, `a list of ${plain.length} numbers above 0 is needed`);
    return plain.map((f, i) => f / (factors.at(i) ?? 1));
  };
  const stretch = longest / original;
  const factor = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(original));
  return {
    frequencies: over("short_factor"),
    long: { frequencies: over("long_factor"), beyond: original },
    factor: rope.get("attention_factor") === undefined ? factor : rope.positive("attention_factor"),
  };
}
