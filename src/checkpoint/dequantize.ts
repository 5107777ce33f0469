import { at } from "@chisel-ts/core";
import { pause } from "../pause.ts";
import type { OutputFile } from "./atomic.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./error.ts";
import { type FloatTarget, floatTable, scaledTable, targetDtype } from "./float-table.ts";
import type { OnProgress } from "./quantize.ts";
import { copyTensor, rewrite } from "./rewrite.ts";
import { withoutRf8 } from "./safetensors/rf8-metadata.ts";
import { rowLength, type TensorInfo } from "./tensor.ts";

/** What became of one RF8 tensor. */
export interface DequantizedTensor {
  readonly name: string;
  /** Values beyond the type's largest number, which stands for them. */
  readonly saturated: number;
  /** Values so small that the type holds them only rounded. */
  readonly rounded: number;
}

/**
 * Writes a checkpoint with its RF8 tensors in a floating-point type; the others keep theirs. Exact for biases
 * −112 to 125 in BF16 and float32 without row scales, with them rounded to nearest; values beyond the type's range are counted.
 *
 * @throws CheckpointError when nothing is RF8; else as `quantizeCheckpoint`.
 *
 * @example
 * const options = { rounding: "nearest", bias: "max", granularity: "tensor", nan: "error", seed: 1 };
 * await quantizeCheckpoint(`${folder}/model`, `${folder}/rf8`, options);
 * const [first] = await dequantizeCheckpoint(`${folder}/rf8`, `${folder}/bf16`, { to: "bf16" });
 * console.log(`${first.saturated} ${first.rounded}`); // 0 0
 */
export async function dequantizeCheckpoint(
  input: string,
  output: string,
  { to = "f32" }: { readonly to?: FloatTarget } = {},
  onProgress: OnProgress = () => {},
): Promise<readonly DequantizedTensor[]> {
  const checkpoint = openCheckpoint(input);
  try {
    const decoded = checkpoint.tensors.filter((tensor) => tensor.rf8);
    if (decoded.length === 0)
      throw new CheckpointError(input, "holds no RF8 tensor; there is nothing to dequantize");
    const total = decoded.reduce((sum, tensor) => sum + tensor.byteLength, 0);
    const rows: DequantizedTensor[] = [];
    let done = 0;
    await rewrite(checkpoint, output, {
      plan: ({ name, dtype, shape, rf8 }) => ({
        name,
        shape,
        dtype: rf8 ? targetDtype(to) : dtype,
      }),
      metadata: ({ metadata }) => withoutRf8(metadata),
      config: (config) => withDtype(config, to),
      async write(tensor, file) {
        if (!tensor.rf8) return copyTensor(checkpoint, tensor, file);
        const row = await decodeTensor(checkpoint, tensor, {
          to,
          file,
          onCodes: (codes) => {
            done += codes;
            onProgress(done, total, tensor.name);
          },
        });
        rows.push(row);
      },
    });
    return rows;
  } finally {
    checkpoint.close();
  }
}

/** Where the numbers go, as what, and who hears of it. */
interface Decoding {
  readonly to: FloatTarget;
  readonly file: OutputFile;
  readonly onCodes: (codes: number) => void;
}

async function decodeTensor(
  checkpoint: Checkpoint,
  tensor: TensorInfo,
  { to, file, onCodes }: Decoding,
): Promise<DequantizedTensor> {
  const { name, shape } = tensor;
  const bias = tensor.rf8?.bias ?? 0;
  const scales = tensor.rf8?.scale?.values;
  const whole = typeof bias === "number" && !scales;
  const row = whole ? Number.POSITIVE_INFINITY : Math.max(1, rowLength(shape));
  const counts = [0, 0, 0];
  let first = 0;
  for (const codes of checkpoint.chunks(tensor)) {
    const out = to === "f32" ? new Uint32Array(codes.length) : new Uint16Array(codes.length);
    for (let start = 0; start < codes.length; ) {
      const channel = Math.floor((first + start) / row);
      const end = Math.min(codes.length, (channel + 1) * row - first);
      const own = typeof bias === "number" ? bias : at(bias, channel);
      const table = scales ? scaledTable(own, scales[channel] as number, to) : floatTable(own, to);
      for (let i = start; i < end; i++) {
        const code = codes[i] as number;
        out[i] = table.bits[code] as number;
        const kind = table.inexact[code] as number;
        counts[kind] = (counts[kind] as number) + 1;
      }
      start = end;
    }
    first += codes.length;
    file.write(new Uint8Array(out.buffer));
    onCodes(codes.length);
    await pause();
  }
  return { name, saturated: at(counts, 1), rounded: at(counts, 2) };
}

const torchNames = { f32: "float32", bf16: "bfloat16", f16: "float16" } as const;

/** config.json that says which type the weights have now, under the key that it already uses. */
function withDtype(
  config: Record<string, unknown>,
  to: FloatTarget,
): Record<string, unknown> | undefined {
  const keys = ["torch_dtype", "dtype"].filter((key) => typeof config[key] === "string");
  if (keys.every((key) => config[key] === torchNames[to])) return undefined;
  return { ...config, ...Object.fromEntries(keys.map((key) => [key, torchNames[to]])) };
}
