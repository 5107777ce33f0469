// Draws a wave as SVG with WaveDrom.

import { onml, renderAny, waveSkin } from "wavedrom";
import type { Wave } from "./wave.ts";
import {
  type WaveGroup,
  type WaveJson,
  type WaveLane,
  type WaveText,
  waveJson,
} from "./wavejson.ts";

/** Pixels of a cycle at scale 1, of a digit at most, and of the slants beside a value. */
const cycleWidth = 40;
const digitWidth = 9;
const slants = 12;

/** Stands for `<` while WaveDrom draws, which takes `<b>` and its like for markup; no name has it. */
const lessThan = "\ue000";

/**
 * A wave as an SVG picture drawn by WaveDrom, its cycles wide enough for the values.
 *
 * @example
 * const { dut, wave } = record(engines.wasm, mac(), ["enable"]);
 * dut.step(2);
 * console.log(waveSvg(wave()).startsWith("<svg")); // true
 */
export function waveSvg(wave: Wave, text: WaveText = {}): string {
  const json = waveJson(wave, text);
  const signal = JSON.parse(JSON.stringify(json.signal).replaceAll("<", lessThan));
  const head = { text: json.head.text.replaceAll("<", lessThan), tick: cycleNumbers(wave) };
  const source = { signal, head, config: { hscale: scaleFor(json) } };
  return onml.stringify(renderAny(0, source, waveSkin)).replaceAll(lessThan, "&lt;");
}

/**
 * The labels of the cycles' edges in full: of a wave of one cycle, WaveDrom 3.7.0 fails to count from the
 * number of the first. It also adds a 0 to the text, which lands in a label too many, not drawn.
 */
const cycleNumbers = ({ from, cycles }: Wave): string =>
  [...Array.from({ length: cycles + 1 }, (_, i) => from + i), "."].join(" ");

/** The smallest whole scale at which each value fits the cycles that it is shown for. */
function scaleFor({ signal }: WaveJson): number {
  let scale = 1;
  for (const { wave, data = [] } of lanesOf(signal)) {
    const shown = wave.match(/=\.*/g) ?? [];
    data.forEach((value, index) => {
      const room = cycleWidth * (shown[index]?.length ?? 1);
      scale = Math.max(scale, Math.ceil((digitWidth * value.length + slants) / room));
    });
  }
  return scale;
}

const lanesOf = (items: readonly (string | WaveLane | WaveGroup)[]): WaveLane[] =>
  items.flatMap((item) =>
    typeof item === "string" ? [] : "wave" in item ? [item] : lanesOf(item),
  );
