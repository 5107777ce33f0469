import { at } from "@chisel-ts/core";
import { decodeTable } from "../../format/index.ts";
import type { MlpConfig, MlpLayer } from "../mlp-config.ts";
import { type Model, tensorOf } from "../model.ts";
import { rf8Model } from "../rf8-model.ts";
import { rowFactor } from "../tensor.ts";
import { message, withFloat } from "./protobuf.ts";

/** The numbers of onnx.proto: types of elements, and versions that have every operator used here. */
const [FLOAT, UINT8, INT32] = [1, 2, 6];
const [IR_VERSION, OPSET] = [9, 20];
/** A protobuf message may not be longer. */
const LIMIT = 2 ** 31 - 1;

const TABLE = "rf8_values";

/**
 * An MLP as an ONNX model: input `x` and output `y`, both [batch, …] in float32. The weights are U8 codes; each is
 * looked up in one table of 256 values and scaled by 2^−bias, which is exact, times the scale of the row where it has one.
 *
 * @throws RangeError for a model beyond the 2 GiB of an ONNX file.
 */
export function mlpOnnx(given: Model<MlpConfig>): Uint8Array {
  const model = rf8Model(given);
  const { layers } = model.config;
  const sizes = layers.map(({ weight }) => tensorOf(model, weight).shape);
  const nodes: Uint8Array[] = [];
  const values = Float32Array.from(decodeTable(0));
  const initializers = [tensor(TABLE, FLOAT, [256], values)];
  let x = "x";
  layers.forEach((layer, i) => {
    const y = i === layers.length - 1 ? "y" : `layer${i}`;
    const built = layerOf(model, layer, { prefix: `layer${i}`, x, y });
    nodes.push(...built.nodes);
    initializers.push(...built.initializers);
    x = y;
  });
  const total = initializers.reduce((sum, { length }) => sum + length, 0);
  if (total > LIMIT - 1_000_000)
    throw new RangeError(`the weights take ${total} bytes; an ONNX file holds 2 GiB`);
  const graph = message(
    ...nodes.map((node) => [1, node] as const),
    [2, "mlp"],
    ...initializers.map((one) => [5, one] as const),
    [11, valueInfo("x", sizes[0]?.[1] ?? 0)],
    [12, valueInfo("y", sizes.at(-1)?.[0] ?? 0)],
  );
  const opset = message([1, ""], [2, OPSET]);
  return message([1, IR_VERSION], [2, "rf8"], [7, graph], [8, opset]);
}

interface Part {
  readonly nodes: readonly Uint8Array[];
  readonly initializers: readonly Uint8Array[];
}

function layerOf(
  model: Model<MlpConfig>,
  { weight, bias, activation, negative_slope }: MlpLayer,
  { prefix, x, y }: { readonly prefix: string; readonly x: string; readonly y: string },
): Part {
  const { shape, rf8 } = tensorOf(model, weight);
  if (!rf8) throw new RangeError(`${weight} is not RF8`);
  const [codes, scale] = [`${prefix}.codes`, `${prefix}.scale`];
  const rows = rf8.scales || rf8.biases.length > 1 ? at(shape, 0) : 1;
  const perRow = [rows, 1];
  // What a row of W is multiplied by, in units of the table's values.
  const scales = Float32Array.from({ length: rows }, (_, row) => 16 * rowFactor(rf8, row));
  const name = (part: string): string => `${prefix}.${part}`;
  const sum = activation === undefined ? y : name("sum");
  const biased = bias === undefined ? [] : [tensorOf(model, bias)];
  return {
    initializers: [
      tensor(codes, UINT8, shape, rf8.codes),
      tensor(scale, FLOAT, perRow, scales),
      ...biased.map((one) => tensor(name("bias"), FLOAT, one.shape, one.values)),
    ],
    nodes: [
      node("Cast", [codes], name("indexes"), [integer("to", INT32)]),
      node("Gather", [TABLE, name("indexes")], name("values")),
      node("Mul", [name("values"), scale], name("weights")),
      node("Gemm", [x, name("weights"), ...(biased.length > 0 ? [name("bias")] : [])], sum, [
        integer("transB", 1),
      ]),
      ...activated(activation, negative_slope, { x: sum, y, gate: name("gate") }),
    ],
  };
}

function activated(
  activation: MlpLayer["activation"],
  slope: number | undefined,
  { x, y, gate }: { readonly x: string; readonly y: string; readonly gate: string },
): Uint8Array[] {
  switch (activation) {
    case undefined:
      return [];
    case "relu":
      return [node("Relu", [x], y)];
    case "leaky_relu":
      return [node("LeakyRelu", [x], y, [real("alpha", slope ?? 0.01)])];
    case "gelu":
      return [node("Gelu", [x], y)];
    case "gelu_tanh":
      return [node("Gelu", [x], y, [text("approximate", "tanh")])];
    case "silu":
      return [node("Sigmoid", [x], gate), node("Mul", [x, gate], y)];
  }
}

const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Uint8Array[] = [],
): Uint8Array =>
  message(
    ...inputs.map((one) => [1, one] as const),
    [2, output],
    [3, output],
    [4, operator],
    ...attributes.map((one) => [5, one] as const),
  );

/** Attributes: name, value, and the kind of value. */
const integer = (name: string, value: number): Uint8Array =>
  message([1, name], [3, value], [20, 2]);
const text = (name: string, value: string): Uint8Array => message([1, name], [4, value], [20, 3]);
const real = (name: string, value: number): Uint8Array =>
  withFloat(message([1, name], [20, 1]), 2, value);

const tensor = (
  name: string,
  type: number,
  shape: readonly number[],
  { buffer, byteOffset, byteLength }: Uint8Array | Float32Array,
): Uint8Array =>
  message(
    ...shape.map((size) => [1, size] as const),
    [2, type],
    [8, name],
    [9, new Uint8Array(buffer, byteOffset, byteLength)],
  );

function valueInfo(name: string, width: number): Uint8Array {
  const shape = message([1, message([2, "batch"])], [1, message([1, width])]);
  return message([1, name], [2, message([1, message([1, FLOAT], [2, shape])])]);
}
