import { accelerator } from "./accelerator/accelerator.ts";
import { accumulate } from "./accumulate.ts";
import type { CircuitEntry } from "./circuit.ts";
import { dot } from "./dot.ts";
import { mac } from "./mac.ts";
import { decode } from "./product/decode.ts";
import { product } from "./product/product.ts";
import { streamingArray } from "./systolic/stream/array.ts";
import { systolic } from "./systolic/systolic.ts";

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
