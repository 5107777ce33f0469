import { statSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import type { Module } from "@chisel-ts/core";
import {
  type Column,
  type Engine,
  record,
  typeOfSignal,
  vcd,
  type Wave,
  waveJson,
  waveSvg,
} from "../../sim/index.ts";
import type { Stimulus } from "../verification/stimulus.ts";
import { UsageError } from "./errors.ts";
import { writeFiles } from "./write-files.ts";

interface Format {
  /** More cycles than this are left out: a picture is to be looked at. */
  readonly maxCycles: number;
  write(wave: Wave): string;
}

const formats: Readonly<Record<string, Format>> = {
  ".vcd": { maxCycles: 65_536, write: vcd },
  ".svg": { maxCycles: 32, write: waveSvg },
  ".json": { maxCycles: 1024, write: (wave) => `${JSON.stringify(waveJson(wave), null, 2)}\n` },
};

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

/** What turns a wave into the text of a file; a picture shows as much as can be looked at. @throws UsageError as above. */
export function waveFormat(file: string): (wave: Wave) => string {
  const { maxCycles, write } = formatOf(file);
  return (wave) => write({ ...wave, cycles: Math.min(wave.cycles, maxCycles) });
}

/**
 * What writes the wave that `--wave FILE` and `--watch NAMES` ask for, from the first cycles of a stimulus.
 *
 * @throws UsageError when the file's ending or a signal is not known; before anything runs.
 */
export function waveWriter(
  module: Module,
  engine: Engine,
  { wave: file, watch }: { readonly wave?: string; readonly watch?: string },
): (stimulus: Stimulus | undefined) => void {
  if (file === undefined) {
    if (watch !== undefined) throw new UsageError("--watch goes with --wave FILE");
    return () => {};
  }
  const format = formatOf(file);
  const inside = watch?.split(",").map((name) => name.trim()) ?? [];
  const missing = inside.find((name) => typeOfSignal(module, name) === undefined);
  if (missing !== undefined) {
    throw new UsageError(
      `--watch ${missing}: ${module.name} has no such signal; instance names and its own are joined with dots`,
    );
  }
  return (stimulus) => {
    if (!stimulus) return;
    const cycles = Math.min(stimulus.cycles, format.maxCycles);
    const ports = module.portList.map((port) => port.name);
    const { dut, wave } = record(engine, module, [...ports, ...inside]);
    const columns = Object.entries(stimulus.columns).map(([name, column]) => [
      name,
      column.slice(0, cycles) as Column,
    ]);
    dut.batch(Object.fromEntries(columns), cycles);
    dut.close();
    writeFiles(dirname(file), [{ name: basename(file), text: format.write(wave()) }]);
  };
}
