// Writes a wave as WaveJSON.

import { hierarchyOf, type Scope } from "./hierarchy.ts";
import {
  changesAt,
  checkWave,
  clockName,
  isLevel,
  unknownAt,
  type Wave,
  type WaveSignal,
} from "./wave.ts";

/** One signal: a character a cycle (`.` as before, `0`, `1`, `=` the next of `data`, `x` unknown
 * in part, `p` a clock). */
export interface WaveLane {
  readonly name: string;
  readonly wave: string;
  /** Values in decimal, or as a text that was asked for, one for each `=`. */
  readonly data?: readonly string[];
}

/** A module: its name, then what is in it. */
export type WaveGroup = readonly [string, ...(WaveLane | WaveGroup)[]];

/** What WaveDrom draws: its WaveJSON, of which this is the part in use. */
export interface WaveJson {
  readonly signal: readonly (WaveLane | WaveGroup)[];
  /** The module's name above, and the number of the first cycle. */
  readonly head: { readonly text: string; readonly tick: number };
}

/** How the signals of a wave are written. */
export interface WaveText {
  /** The text of a signal's value in place of its number; `undefined` leaves the number. */
  readonly value?: (name: string, value: bigint) => string | undefined;
  /** Each signal by the path of its instance, `multiplier.decoder.exponent`, in place of modules as groups. */
  readonly paths?: boolean;
}

/**
 * A wave as WaveJSON, modules as groups.
 *
 * @throws RangeError as `checkWave`.
 *
 * @example
 * const { dut, wave } = record(engines.wasm, mac(), ["enable"]);
 * dut.step(2);
 * console.log(waveJson(wave()).signal.length > 0); // true
 */
export function waveJson(wave: Wave, text: WaveText = {}): WaveJson {
  checkWave(wave);
  const { cycles } = wave;
  const clock: WaveLane = { name: clockName, wave: "p".padEnd(cycles, ".") };
  const lanes = text.paths
    ? wave.signals.map((signal) => lane(signal.name, signal, cycles, text))
    : contents(hierarchyOf(wave), cycles, text);
  return {
    signal: [clock, ...lanes],
    head: { text: wave.name, tick: wave.from },
  };
}

const contents = (scope: Scope, cycles: number, text: WaveText): (WaveLane | WaveGroup)[] => [
  ...[...scope.signals].map(([name, signal]) => lane(name, signal, cycles, text)),
  ...[...scope.scopes].map(([name, inner]): WaveGroup => [name, ...contents(inner, cycles, text)]),
];

function lane(name: string, signal: WaveSignal, cycles: number, text: WaveText): WaveLane {
  const { type, column } = signal;
  const level = isLevel(type);
  const data: string[] = [];
  let wave = "";
  for (let index = 0; index < cycles; index++) {
    const value = column[index] as number | bigint;
    if (!changesAt(signal, index)) wave += ".";
    else if (unknownAt(signal, index) !== 0n) wave += "x";
    else if (level) wave += BigInt(value) === 0n ? "0" : "1";
    else {
      wave += "=";
      data.push(text.value?.(signal.name, BigInt(value)) ?? String(value));
    }
  }
  return level ? { name, wave } : { name, wave, data };
}
