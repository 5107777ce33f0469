// Writes a wave as VCD.

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

/** One cycle, in the dump's unit of 1 ns. */
const period = 10;

/**
 * A wave as a value change dump (IEEE 1364-2005, clause 18): 1 ns units, 10 to a cycle, so cycle `c` begins
 * with the rising edge of `clock` at `10 c` ns, where the signals change, and has the falling edge 5 ns
 * later. Signed values are two's complement, unknown bits x.
 *
 * @throws RangeError as `checkWave`.
 *
 * @example
 * const { dut, wave } = record(engines.wasm, mac(), ["enable"]);
 * dut.step(2);
 * console.log(vcd(wave()).includes("$enddefinitions")); // true
 */
export const vcd = (wave: Wave): string => [...vcdChunks(wave)].join("");

/** The same dump in pieces, the header and then one a cycle: a long wave needs no one long string. */
export function* vcdChunks(wave: Wave): Generator<string, void, undefined> {
  checkWave(wave);
  const clock = identifier(0);
  const signals = wave.signals.map((signal, index) => ({ signal, id: identifier(index + 1) }));
  const ids = new Map(signals.map(({ signal, id }) => [signal, id]));
  yield [
    "$timescale 1ns $end",
    `$scope module ${wave.name} $end`,
    `$var wire 1 ${clock} ${clockName} $end`,
    ...declarations(hierarchyOf(wave), ids),
    "$upscope $end",
    "$enddefinitions $end",
    "",
  ].join("\n");
  for (let index = 0; index < wave.cycles; index++) {
    const rise = (wave.from + index) * period;
    const values = [`1${clock}`];
    for (const { signal, id } of signals) {
      if (changesAt(signal, index)) values.push(valueChange(signal, index, id));
    }
    const dump = index === 0 ? ["$dumpvars", ...values, "$end"] : values;
    yield `#${rise}\n${dump.join("\n")}\n#${rise + period / 2}\n0${clock}\n`;
  }
  // The time alone: without it a viewer would end the last cycle at its falling edge.
  yield `#${(wave.from + wave.cycles) * period}\n`;
}

/** Identifier codes: numbers in base 94, whose digits are the printable characters `!` to `~`. */
function identifier(index: number): string {
  const digit = String.fromCharCode(33 + (index % 94));
  return index < 94 ? digit : identifier(Math.floor(index / 94)) + digit;
}

function declarations(scope: Scope, ids: ReadonlyMap<WaveSignal, string>): string[] {
  return [
    ...[...scope.signals].map(([name, signal]) => {
      const { width } = signal.type;
      const range = isLevel(signal.type) ? "" : ` [${width - 1}:0]`;
      return `$var wire ${width} ${ids.get(signal)} ${name}${range} $end`;
    }),
    ...[...scope.scopes].flatMap(([name, inner]) => [
      `$scope module ${name} $end`,
      ...declarations(inner, ids),
      "$upscope $end",
    ]),
  ];
}

/** Vectors without leading zeros, which readers put back (clause 18.2.2); unknown bits are x. */
function valueChange(signal: WaveSignal, index: number, id: string): string {
  const { type, column } = signal;
  const unknown = unknownAt(signal, index).toString(2);
  const known = BigInt.asUintN(type.width, BigInt(column[index] as number | bigint)).toString(2);
  // A reader extends a vector that begins with x by x: a 0 before it ends that.
  const width = Math.min(type.width, Math.max(known.length, unknown.length + 1));
  const [value, mask] = [known.padStart(width, "0"), unknown.padStart(width, "0")];
  const bits =
    unknown === "0" ? known : Array.from(mask, (x, i) => (x === "1" ? "x" : value[i])).join("");
  return isLevel(type) ? `${bits}${id}` : `b${bits} ${id}`;
}
