import type { Fields } from "../fields.ts";

/** Norms of a branch (attention or feed-forward) by the names of their tensors. */
export interface BranchNorms {
  /** Of what enters the branch. */
  readonly before?: string;
  /** Of what leaves it, ahead of the sum with the residual stream. */
  readonly after?: string;
}

/** Which projections have biases: always, never, or as a key of the configuration says. */
export interface BiasKeys {
  readonly queryKeyValue: boolean | string;
  readonly output: boolean | string;
  readonly feedForward: boolean | string;
}

/** Factors that most families do not have. */
export interface Scales {
  /** Of the embedding row. */
  readonly embedding: number;
  /** Of query · key. */
  readonly attention: number;
  /** Of a branch's output. */
  readonly residual: number;
  /** Of the logits. */
  readonly logits: number;
}

/** A mixture of experts in place of the feed-forward branch. */
export interface Experts {
  readonly count: number;
  /** Experts that a token passes. */
  readonly active: number;
  /** Width of an expert, and of the one that every token passes; 0 where there is none. */
  readonly inner: number;
  readonly shared: number;
}

/** What a family of decoders fixes. Its sizes and switches are those of config.json. */
export interface Family {
  /**
   * The keys that the family reads beyond those of all, and what each has when it is absent (transformers' default).
   * A key that is neither here, nor in `commonDefaults`, nor known to be harmless is refused.
   */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** x / √(mean x² + ε) · w; the same with 1 + w; or (x − mean) / √(variance + ε) · w + b. */
  readonly norm: "rms" | "rms-plus-one" | "layer";
  readonly attentionNorms: BranchNorms;
  readonly feedForwardNorms: BranchNorms;
  /** Of queries and keys, ahead of the rotary embedding: each head by one gain, or the whole projection. */
  readonly queryKeyNorm: "none" | "head" | "projection";
  /** q, k and v in one matrix, gate and up in another. */
  readonly fused: boolean;
  readonly biases: BiasKeys;
  /** The key of the function between gate and up, where it is not hidden_act. */
  readonly activationKey?: string;
  scales?(fields: Fields, head: number): Partial<Scales>;
  /** Whether a layer attends to a window, where the configuration has no layer_types. All do where it is absent. */
  windowed?(fields: Fields, layer: number): boolean;
  /** Whether a layer turns queries and keys; all do where it is absent. */
  rotates?(fields: Fields, layer: number): boolean;
  /** The key with the rotary base of windowed layers, which are then never scaled; `rope_theta` keeps the base. */
  readonly windowedTheta?: string;
  /** Whether a part of a head may be turned; the whole is where it is absent. */
  readonly partialRotary?: boolean;
  /** Names of the tensors of an expert, its router and the shared expert, where a layer has experts. */
  readonly expertNames?: ExpertNames;
  experts?(fields: Fields, layer: number): Experts | undefined;
}

export interface ExpertNames {
  readonly router: string;
  /** `#` is the number of the expert. */
  readonly gate: string;
  readonly up: string;
  readonly down: string;
  readonly shared?: string;
}
