import { type DecoderConfig, type Model, tensorOf } from "../../network/index.ts";

/** Gains of a norm as factors: 1 + w where the family has it so. */
export function gainsOf(model: Model<DecoderConfig>, name: string): Float64Array {
  const offset = model.config.norm.kind === "rms-plus-one" ? 1 : 0;
  return Float64Array.from(tensorOf(model, `${name}.weight`).values, (value) => value + offset);
}
