import { statSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import type { Module } from "@chisel-ts/core";
import { Option } from "commander";
import {
  type Column,
  type Engine,
  record,
  typeOfSignal,
  vcd,
  type Wave,
  type WaveText,
  waveJson,
  waveSvg,
} from "../../sim/index.ts";
import { codeText } from "../format/index.ts";
import type { Stimulus } from "../verification/stimulus.ts";
import { UsageError } from "./errors.ts";
import { writeFiles } from "./write-files.ts";

interface Format {
  /** More cycles than this are left out: a picture is to be looked at. */
  readonly maxCycles: number;
  write(wave: Wave, text: WaveText): string;
}

const formats: Readonly<Record<string, Format>> = {
  ".vcd": { maxCycles: 65_536, write: vcd },
  ".svg": { maxCycles: 32, write: waveSvg },
  ".json": {
    maxCycles: 1024,
    write: (wave, text) => `${JSON.stringify(waveJson(wave, text), null, 2)}\n`,
  },
};

/** What is asked of a wave. */
export interface WaveFlags {
  readonly wave?: string;
  readonly decode?: string;
  readonly paths?: true;
}

export const decodeOption = (): Option =>
  new Option(
    "--decode <names>",
    "with --wave FILE.svg or .json: signals of RF8 codes, shown as numbers (bias 0)",
  );

const portsOf = (module: Module): string[] => module.portList.map((port) => port.name);

/** Names with commas between them. */
const namesIn = (list: string | undefined): string[] =>
  list === undefined ? [] : list.split(",").map((name) => name.trim());

/** Codes beside one another as numbers, the one of the lowest bits first. */
const numbersOf = (codes: bigint, count: number): string =>
  Array.from({ length: count }, (_, at) =>
    codeText(Number(BigInt.asUintN(8, codes >> BigInt(8 * at)))),
  ).join(" ");

/** How a wave's signals are written. @throws UsageError where the file cannot show what is asked, or a signal holds no code. */
function textOf(
  module: Module,
  { wave: file, decode, paths }: WaveFlags,
  shown: readonly string[],
): WaveText {
  const flag = decode === undefined ? (paths ? "--paths" : undefined) : "--decode";
  if (flag !== undefined && (file === undefined || extname(file) === ".vcd"))
    throw new UsageError(`${flag} goes with --wave FILE.svg or FILE.json`);
  const names = namesIn(decode);
  for (const name of names) {
    const type = shown.includes(name) ? typeOfSignal(module, name) : undefined;
    if (!type)
      throw new UsageError(`--decode ${name}: the wave has ${shown.join(", ")}; no such signal`);
    if (type.kind !== "uint" || type.width % 8 !== 0)
      throw new UsageError(
        `--decode ${name}: RF8 codes have 8 bits each and no sign, this signal is ${type.kind}(${type.width})`,
      );
  }
  const value = (name: string, codes: bigint): string | undefined =>
    names.includes(name)
      ? numbersOf(codes, (typeOfSignal(module, name)?.width ?? 8) / 8)
      : undefined;
  return { value, ...(paths && { paths }) };
}

/** @throws UsageError for a file of another ending, or a folder. */
function formatOf(file: string): Format {
  const format = formats[extname(file)];
  if (!format) {
    throw new UsageError(`--wave ${file}: it must end in ${Object.keys(formats).join(", ")}`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--wave ${file}: this is a folder, a file is needed`);
  }
  return format;
}

/**
 * What turns a wave into the text of the file that `--wave` names, if any; a picture shows as much as can be looked at.
 *
 * @throws UsageError as above, and for signals to decode that the module does not have.
 */
export function waveFormat(module: Module, flags: WaveFlags): ((wave: Wave) => string) | undefined {
  const text = textOf(module, flags, portsOf(module));
  if (flags.wave === undefined) return undefined;
  const { maxCycles, write } = formatOf(flags.wave);
  return (wave) => write({ ...wave, cycles: Math.min(wave.cycles, maxCycles) }, text);
}

/**
 * What writes the wave that `--wave FILE` and `--watch NAMES` ask for, from the first cycles of a stimulus.
 *
 * @throws UsageError when the file's ending or a signal is not known; before anything runs.
 */
export function waveWriter(
  module: Module,
  engine: Engine,
  flags: WaveFlags & { readonly watch?: string },
): (stimulus: Stimulus | undefined) => void {
  const { wave: file, watch } = flags;
  const inside = namesIn(watch);
  const shown = [...portsOf(module), ...inside];
  const text = textOf(module, flags, shown);
  if (file === undefined) {
    if (watch !== undefined) throw new UsageError("--watch goes with --wave FILE");
    return () => {};
  }
  const format = formatOf(file);
  const missing = inside.find((name) => typeOfSignal(module, name) === undefined);
  if (missing !== undefined) {
    throw new UsageError(
      `--watch ${missing}: ${module.name} has no such signal; instance names and its own are joined with dots`,
    );
  }
  return (stimulus) => {
    if (!stimulus) return;
    const cycles = Math.min(stimulus.cycles, format.maxCycles);
    const { dut, wave } = record(engine, module, shown);
    const columns = Object.entries(stimulus.columns).map(([name, column]) => [
      name,
      column.slice(0, cycles) as Column,
    ]);
    dut.batch(Object.fromEntries(columns), cycles);
    dut.close();
    writeFiles(dirname(file), [{ name: basename(file), text: format.write(wave(), text) }]);
  };
}
