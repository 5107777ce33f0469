import { type CircuitEntry, catalogue } from "./catalogue.ts";
import { cacheCode } from "./core/cache-code.ts";
import { embeddedCode } from "./core/codes.ts";
import { coreControl } from "./core/control.ts";
import { core } from "./core/core.ts";
import { coreCounters } from "./core/counters.ts";
import { decoderCore } from "./core/decoder-core.ts";
import { encoder } from "./core/encoder.ts";
import { exponential } from "./core/exponential.ts";
import { lane } from "./core/lane.ts";
import { matrix } from "./core/matrix.ts";
import { memoryPort } from "./core/memory-port.ts";
import { reciprocal } from "./core/reciprocal.ts";
import { scalar } from "./core/scalar.ts";
import { share } from "./core/share.ts";
import { squareRoot } from "./core/square-root.ts";
import { processingElement } from "./systolic/processing-element.ts";
import { gearbox } from "./weight-decoder/gearbox.ts";
import { paletteDecode } from "./weight-decoder/palette.ts";
import { weightDecoder } from "./weight-decoder/weight-decoder.ts";

/** The decoder core, and parts of it and of the others, the smallest first. */
export const parts: readonly CircuitEntry[] = [
  processingElement,
  gearbox,
  paletteDecode,
  weightDecoder,
  encoder,
  embeddedCode,
  cacheCode,
  exponential,
  squareRoot,
  reciprocal,
  scalar,
  share,
  lane,
  matrix,
  coreCounters,
  core,
  coreControl,
  memoryPort,
  decoderCore,
];

/** Everything that has a name. */
export const circuits: readonly CircuitEntry[] = [...catalogue, ...parts];
