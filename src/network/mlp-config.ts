import { type Activation, activations } from "./activations.ts";
import type { Fields } from "./fields.ts";

/** One layer of an MLP: activation(weight · x + bias). */
export interface MlpLayer {
  /** Names of tensors: the weight has shape [outputs, inputs], the bias [outputs]. */
  readonly weight: string;
  readonly bias?: string;
  /** None where it is absent. */
  readonly activation?: Activation;
  /** Of leaky_relu below zero; 0.01 where it is absent. */
  readonly negative_slope?: number;
}

/** A stack of fully connected layers. */
export interface MlpConfig {
  readonly model_type: "mlp";
  readonly layers: readonly MlpLayer[];
}

const LAYER_LIMIT = 10_000;

/** @throws CheckpointError for a layer without a weight, an unknown activation, or a slope that has no use. */
export const mlpConfig = (fields: Fields): MlpConfig => ({
  model_type: "mlp",
  layers: fields.list("layers", LAYER_LIMIT).map(mlpLayer),
});

function mlpLayer(fields: Fields): MlpLayer {
  const activation = fields.choice("activation", activations);
  const slope = fields.get("negative_slope");
  if (slope !== undefined && activation !== "leaky_relu")
    fields.refuse("negative_slope", "it goes with activation leaky_relu");
  if (slope !== undefined && !(typeof slope === "number" && Number.isFinite(slope)))
    return fields.refuse("negative_slope", "a finite number is needed");
  return {
    weight: fields.text("weight"),
    ...(fields.get("bias") !== undefined && { bias: fields.text("bias") }),
    ...(activation && { activation }),
    ...(slope !== undefined && { negative_slope: slope }),
  };
}
