import { at } from "@chisel-ts/core";
import { blockOf } from "../../model/core/index.ts";
import { type DecoderConfig, decoderTensors } from "../../network/index.ts";
import { InferenceError } from "../run/error.ts";
import { type CoreNetwork, type CoreOptions, lowered } from "./network.ts";
import type { CoreNumbers } from "./numbers.ts";

/** Whether rows of weights have real factors, as of `rf8 quantize --scale row`. */
export type Scale = "none" | "row";

interface ShapeOptions extends CoreOptions {
  readonly scale?: Scale;
}

/**
 * A decoder as the core computes it, in sizes alone: its program does what that of any weights does, in as many cycles, but nothing
 * can be computed with it.
 *
 * @throws InferenceError for what the core does not have.
 *
 * @example
 * const config = networkConfig("config.json", { model_type: "llama" });
 * const { layers } = coreShape(config, { activation: "int8", context: 2048 });
 * console.log(layers.length); // 32
 */
export const coreShape = (
  config: DecoderConfig,
  { scale = "none", ...options }: ShapeOptions,
): CoreNetwork => lowered(config, options, shapeNumbers(config, scale));

function shapeNumbers(config: DecoderConfig, scale: Scale): CoreNumbers {
  const shapes = decoderTensors(config);
  const shapeOf = (name: string): readonly number[] => {
    const shape = shapes.get(name);
    if (!shape) throw new InferenceError(`${config.model_type}: it has no tensor ${name}`);
    return shape;
  };
  const lengthOf = (name: string): number => at(shapeOf(name), 0);
  return {
    matrix(name) {
      const [rows = 0, columns = 0] = shapeOf(name);
      const factors = { mantissas: new Uint16Array(0), shifts: new Uint8Array(0) };
      const shape = { name, rows, columns, codes: new Uint8Array(0), exponent: 0, shift: 0 };
      return scale === "row" ? { ...shape, factors } : shape;
    },
    bias: (name) => blockOf(new Int32Array(lengthOf(name)), 0),
    gain: (name) => ({ values: new Int32Array(lengthOf(`${name}.weight`)), exponent: 0 }),
    turns: () => new Int32Array(0),
    largestKey: () => 1,
    largestValue: () => 1,
  };
}
