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
  /** Values in decimal, one for each `=`. */
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

/**
 * A wave as WaveJSON, modules as groups.
 *
 * @throws RangeError as `checkWave`.
 */
export function waveJson(wave: Wave): WaveJson {
  checkWave(wave);
  const clock: WaveLane = { name: clockName, wave: "p".padEnd(wave.cycles, ".") };
  return {
    signal: [clock, ...contents(hierarchyOf(wave), wave.cycles)],
    head: { text: wave.name, tick: wave.from },
  };
}

const contents = (scope: Scope, cycles: number): (WaveLane | WaveGroup)[] => [
  ...[...scope.signals].map(([name, signal]) => lane(name, signal, cycles)),
  ...[...scope.scopes].map(([name, inner]): WaveGroup => [name, ...contents(inner, cycles)]),
];

function lane(name: string, signal: WaveSignal, cycles: number): WaveLane {
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
      data.push(String(value));
    }
  }
  return level ? { name, wave } : { name, wave, data };
}
