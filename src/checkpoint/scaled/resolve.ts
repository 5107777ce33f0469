import { CheckpointError } from "../error.ts";
import type { TensorInfo } from "../tensor.ts";
import { byteValues } from "./element.ts";
import { type PackedWeight, packedFault, packedIntegers, packedShape } from "./packed-integers.ts";
import type { QuantizationConfig } from "./quantization-config.ts";
import { scaledBytes } from "./scaled-bytes.ts";

/** Parts of quantized weights that are not read, and whose they are. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\.weight_(packed|global_scale|shape|g_idx)$/, "compressed-tensors' packed weights"],
  [/\.weight_scale_2$/, "NVFP4"],
  [/\.weight\.(absmax|quant_map|nested_absmax|quant_state\..*)$/, "bitsandbytes' 4-bit weights"],
  [/\.(SCB|weight_format)$/, "bitsandbytes' 8-bit weights"],
  [/\.(codebooks|codes)$/, "AQLM"],
  [/\.(W_q|meta\.scale)$/, "HQQ"],
  [/_blocks$/, "MXFP4"],
  [/\.weight_zero_point$/, "weights with zero points"],
  [/\.(qs|B_packed|marlin_.*)$/, "a kernel's own layout"],
];

/** Names of the scale of a weight, by what follows the layer's name. */
const weightScales = ["weight_scale_inv", "weight_scale", "scale_weight"];
/** Scales of activations and caches: no weight depends on them. */
const activationScale = /(^|\.)((input|output|q|k|v|prob|softmax)_scale(_ub)?|scale_input)$/;
/** A mark of files with scaled FP8, without content. */
const MARK = "scaled_fp8";

/**
 * Puts every weight that is stored with scales together: the tensors of a layer `L.weight` with `L.weight_scale`
 * (FP8, INT8), or `L.qweight` with zeros and scales (GPTQ, AWQ), become one float tensor `L.weight`.
 *
 * @param config what the folder says of them; read where a weight asks for it
 * @returns what stands for each tensor: itself, another, or nothing
 * @throws CheckpointError for weights that cannot be decoded, so that no scale is taken for a weight.
 */
export function resolveScaled(
  path: string,
  tensors: readonly TensorInfo[],
  config: () => QuantizationConfig | undefined,
): ReadonlyMap<TensorInfo, TensorInfo | undefined> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const replaced = new Map<TensorInfo, TensorInfo | undefined>();
  let known: { readonly config: QuantizationConfig | undefined } | undefined;
  const settings = (): QuantizationConfig | undefined => {
    known ??= { config: config() };
    return known.config;
  };
  for (const tensor of tensors) {
    const { name } = tensor;
    const foreign = refused.find(([pattern]) => pattern.test(name));
    if (foreign && isPart(tensor, byName))
      throw new CheckpointError(
        path,
        `tensor ${JSON.stringify(name)} belongs to quantized weights (${foreign[1]}), which are not read; convert the model to float first`,
      );
    const suffix = weightScales.find((end) => name === end || name.endsWith(`.${end}`));
    const parts = suffix
      ? scaled(tensor, suffix, { path, byName, settings })
      : /(^|\.)qweight$/.test(name)
        ? packed(tensor, { path, byName, settings })
        : [];
    for (const [part, whole] of parts) replaced.set(part, whole);
  }
  if (replaced.size === 0) return replaced;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    if (activationScale.test(name) || name === MARK) replaced.set(tensor, undefined);
    else if (dtype.startsWith("F8_") && shape.length > 1 && !replaced.has(tensor))
      throw new CheckpointError(
        path,
        `tensor ${JSON.stringify(name)} is ${dtype}; its scale is missing, which other weights have`,
      );
  }
  return replaced;
}

/** A tensor and what stands for it. */
type Replacement = readonly [TensorInfo, TensorInfo | undefined];

/** Whether a tensor with a name of the list is part of a quantized weight, and no weight called so. */
function isPart({ name, dtype }: TensorInfo, byName: ReadonlyMap<string, TensorInfo>): boolean {
  if (/_blocks$/.test(name)) return dtype === "U8" && byName.has(name.replace(/blocks$/, "scales"));
  if (/\.codes$/.test(name)) return byName.has(name.replace(/codes$/, "codebooks"));
  return true;
}

/** The tensors of a file, among which the parts of a quantized weight are found. */
interface Tensors {
  readonly path: string;
  readonly byName: ReadonlyMap<string, TensorInfo>;
  readonly settings: () => QuantizationConfig | undefined;
}

function scaled(
  scale: TensorInfo,
  suffix: string,
  { path, byName, settings }: Tensors,
): Replacement[] {
  const weight = byName.get(`${scale.name.slice(0, -suffix.length)}weight`);
  const fail = (problem: string): never => {
    throw new CheckpointError(
      path,
      `tensor ${JSON.stringify(scale.name)} is a scale of quantized weights; ${problem}`,
    );
  };
  if (!weight) return fail("the weights are missing");
  if (!byteValues.has(weight.dtype))
    return fail(`its weight is ${weight.dtype}; ${[...byteValues.keys()].join(", ")} are known`);
  const computed = scaledBytes(weight, scale, settings()?.block);
  if (typeof computed === "string") return fail(`${computed} cannot be read`);
  const whole = { ...weight, dtype: "F32", byteLength: 4 * weight.elements, computed };
  return [
    [scale, undefined],
    [weight, whole],
  ];
}

function packed(qweight: TensorInfo, { path, byName, settings }: Tensors): Replacement[] {
  const layer = qweight.name.slice(0, -"qweight".length);
  const fail = (problem: string): never => {
    throw new CheckpointError(
      path,
      `tensor ${JSON.stringify(qweight.name)} holds quantized weights: ${problem}`,
    );
  };
  const config = settings();
  if (!config)
    return fail(
      "their method, bits and zero points are in quantization_config of a folder's config.json; name the folder",
    );
  const { method, layout, bits = 4 } = config;
  if (method !== "gptq" && method !== "awq")
    return fail(`quant_method is ${JSON.stringify(method)}; gptq and awq are known`);
  const layouts = method === "gptq" ? ["gptq", "gptq_v2"] : ["gemm"];
  if (layout !== undefined && !layouts.includes(layout))
    return fail(`their layout is ${JSON.stringify(layout)}; ${layouts.join(", ")} are known`);
  const [qzeros, scales] = [byName.get(`${layer}qzeros`), byName.get(`${layer}scales`)];
  const groups = byName.get(`${layer}g_idx`);
  if (!qzeros || !scales) return fail("qzeros and scales are needed with them");
  const given: PackedWeight = {
    method,
    qweight,
    qzeros,
    scales,
    bits,
    groupSize: 1,
    ...(groups && { groups }),
    zeroOffset: method === "gptq" && layout !== "gptq_v2" ? 1 : 0,
  };
  const [outputs, inputs] = packedShape(given);
  const size = config.groupSize ?? 128;
  const whole: PackedWeight = { ...given, groupSize: size === -1 ? Math.max(1, inputs) : size };
  const fault = packedFault(whole);
  if (fault !== undefined) return fail(`${fault}`);
  const elements = outputs * inputs;
  const parts = [qzeros, scales, ...(groups ? [groups] : [])];
  return [
    ...parts.map((part): Replacement => [part, undefined]),
    [
      qweight,
      {
        ...qweight,
        name: `${layer}weight`,
        dtype: "F32",
        shape: [outputs, inputs],
        elements,
        byteLength: 4 * elements,
        computed: packedIntegers(whole),
      },
    ],
  ];
}
