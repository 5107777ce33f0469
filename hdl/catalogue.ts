import { accelerator } from "./accelerator/accelerator.ts";
import { accumulate } from "./accumulate.ts";
import type { CircuitEntry } from "./circuit.ts";
import { cacheCode } from "./core/cache-code.ts";
import { embeddedCode } from "./core/codes.ts";
import { encoder } from "./core/encoder.ts";
import { exponential } from "./core/exponential.ts";
import { reciprocal } from "./core/reciprocal.ts";
import { scalar } from "./core/scalar.ts";
import { squareRoot } from "./core/square-root.ts";
import { dot } from "./dot.ts";
import { mac } from "./mac.ts";
import { decode } from "./product/decode.ts";
import { product } from "./product/product.ts";
import { streamingArray } from "./systolic/stream/array.ts";
import { systolic } from "./systolic/systolic.ts";
import { palettePart, weightDecoderPart } from "./weight-decoder/parts.ts";

export type { CircuitEntry };

/** Every circuit that can be asked for by name, the smallest first; the last two have streams. */
export const catalogue: readonly CircuitEntry[] = [
  decode,
  product,
  accumulate,
  mac,
  dot,
  systolic,
  accelerator,
  streamingArray,
];

/** Parts of the accelerator and of the decoder core that can be generated and measured by name, besides. */
export const parts: readonly CircuitEntry[] = [
  palettePart,
  weightDecoderPart,
  encoder,
  embeddedCode,
  cacheCode,
  exponential,
  squareRoot,
  reciprocal,
  scalar,
];
