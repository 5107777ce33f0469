import type { Checkpoint } from "./checkpoint.ts";
import { encodeFloats } from "./float-type.ts";
import { packedBytes, packRows } from "./packing.ts";
import { withoutQuantization } from "./quantize.ts";
import { copyTensor, rewrite, type StoredTensor } from "./rewrite.ts";
import { withRf8 } from "./safetensors/rf8-metadata.ts";
import { isFloat, type Rf8Info } from "./tensor.ts";

/** The RF8 codes of a matrix that were chosen elsewhere. */
export interface ChosenCodes {
  /** Row by row. */
  readonly codes: Uint8Array;
  readonly bias: number;
  /** A factor for each row. */
  readonly scales?: Float32Array;
  /** What the codes are stored as indexes of, in so many bits. */
  readonly palette?: { readonly bits: number; readonly codes: readonly number[] };
}

/**
 * Writes a checkpoint with some matrices as RF8 codes; the others keep their type. Version 2 of the format where any has row scales or
 * a palette.
 *
 * @param chosen by the names of the checkpoint's tensors, which have two axes
 * @param replaced other values of floating-point tensors, which keep their type
 * @throws CheckpointError for an output that cannot be; RangeError for a code that is not in its palette.
 */
export async function saveCodes(
  checkpoint: Checkpoint,
  output: string,
  chosen: ReadonlyMap<string, ChosenCodes>,
  replaced: ReadonlyMap<string, Float32Array> = new Map(),
): Promise<void> {
  const infos = new Map(
    [...chosen].map(([name, codes]) => [name, infoOf(checkpoint, name, codes)]),
  );
  const companions = (name: string): StoredTensor[] => {
    const [scale, values] = [infos.get(name)?.scale, chosen.get(name)?.scales];
    if (!scale || !values) return [];
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return [{ name: scale.name, dtype: "F32", shape: [values.length], bytes }];
  };
  await rewrite(checkpoint, output, {
    plan({ name, dtype, shape }) {
      const info = infos.get(name);
      if (!info) return { name, dtype, shape };
      const { packing } = info;
      const stored = packing
        ? [shape.at(0) ?? 0, packedBytes(packing.columns, packing.bits)]
        : shape;
      return { name, dtype: "U8", shape: stored };
    },
    companions: ({ name }) => companions(name),
    metadata: (file) => withRf8(file, infos),
    config: (config) => withoutQuantization(checkpoint, config),
    async write(tensor, file) {
      const { name, dtype } = tensor;
      const [info, codes, values] = [infos.get(name), chosen.get(name)?.codes, replaced.get(name)];
      if (info && codes) file.write(info.packing ? packRows(codes, info.packing) : codes);
      else if (values && isFloat(dtype)) file.write(encodeFloats(dtype, values));
      else await copyTensor(checkpoint, tensor, file);
    },
  });
}

function infoOf(
  { tensors }: Checkpoint,
  name: string,
  { bias, scales, palette }: ChosenCodes,
): Rf8Info {
  const columns = tensors.find((tensor) => tensor.name === name)?.shape.at(1) ?? 0;
  return {
    bias,
    rounding: "nearest",
    ...(scales && { scale: { name: `${name}.rf8_scale`, values: scales } }),
    ...(palette && { packing: { bits: palette.bits, palette: palette.codes, columns } }),
  };
}
