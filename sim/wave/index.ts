// The public names of the waves.

export { asciiWave, rowsOf, rowsOfWave, type WaveRow } from "./ascii.ts";
export { waveSvg } from "./svg.ts";
export { vcd, vcdChunks } from "./vcd.ts";
export type { Wave, WaveSignal } from "./wave.ts";
export {
  type WaveGroup,
  type WaveJson,
  type WaveLane,
  type WaveText,
  waveJson,
} from "./wavejson.ts";
