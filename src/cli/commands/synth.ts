import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Module } from "@chisel-ts/core";
import { type Command, Option } from "commander";
import {
  type FpgaFamily,
  fpgaFamilies,
  type Goal,
  genericLiberty,
  goals,
  synthesizeBlocks,
  synthesizeFpga,
  synthesizeFpgaBlocks,
  synthesizeNetlist,
} from "../../cost/index.ts";
import { cellBlocks, fpgaBlocks } from "../block-report.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { cellReport, fpgaReport } from "../cost-report.ts";
import { UsageError } from "../errors.ts";
import { addFarmOptions, type FarmFlags, withoutFarm } from "../farm-options.ts";
import { print, progress } from "../output.ts";
import { sweep } from "../synth-sweep.ts";
import { writeFiles } from "../write-files.ts";

interface Flags extends FarmFlags {
  readonly sweep?: string;
  readonly tech: "generic" | FpgaFamily;
  readonly liberty: readonly string[];
  readonly output?: string;
  readonly goal?: Goal;
  readonly booth?: true;
  readonly dsp?: true;
  readonly blocks?: true;
  readonly json?: boolean;
}

/** `rf8 synth CIRCUIT`: area and delay in standard cells, or what an FPGA gives. */
export function addSynth(program: Command): void {
  const command = program
    .command("synth")
    .description("area and delay in standard cells, or cells of an FPGA")
    .argument("<circuit>", "a name from rf8 list")
    .addOption(
      new Option("--tech <name>", "generic standard cells, or an FPGA family")
        .choices(["generic", ...fpgaFamilies])
        .default("generic"),
    )
    .option(
      "--liberty <file>",
      "standard-cell library (.lib or .lib.gz); repeat for each file of it",
      (file: string, files: readonly string[]) => [...files, file],
      [] as readonly string[],
    )
    .option("-o, --output <file>", "the mapped netlist as Verilog, for other tools")
    .addOption(
      new Option(
        "--goal <name>",
        "objective of the mapping to standard cells (default area)",
      ).choices(goals),
    )
    .option("--booth", "multipliers in standard cells as radix-4 Booth")
    .option("--dsp", "multipliers into DSP blocks of the FPGA")
    .option("--blocks", "each module mapped for itself, and what each block takes")
    .option(
      "--sweep <values>",
      "every combination of parameters and goals, such as pipeline=0,1,2,goal=area,delay",
    )
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(addFarmOptions(command)).action(run);
}

/** The library with which a generic netlist is read; written next to it. */
const genericName = "generic.lib";

async function run(name: string, flags: Flags): Promise<void> {
  refuse(flags);
  const { sweep: swept, liberty, output, blocks, json, ...rest } = flags;
  const { farm, rest: others } = withoutFarm(rest);
  const entry = findCircuit(name);
  const given = circuitParameters(entry, { ...others });
  if (swept !== undefined) {
    if (output !== undefined || blocks)
      throw new UsageError(
        `--${blocks ? "blocks" : "output"} does not go with --sweep: it is of one netlist`,
      );
    return sweep(entry, given, flags, swept);
  }
  if (farm !== undefined)
    throw new UsageError(`--${farm} goes with --sweep: one synthesis is one piece of work`);
  if (blocks && output !== undefined)
    throw new UsageError("--output does not go with --blocks: its netlist is of the whole circuit");
  const module = entry.build(given);
  const params = entry.complete(given);
  const bar = progress("steps");
  const work = synthesized(module, flags, bar.update);
  const { document, report, verilog } = await work.finally(bar.stop);
  if (output !== undefined) writeNetlist(output, verilog ?? "", liberty.length === 0);
  const written = output === undefined ? {} : { netlist: output };
  print(json ?? false, { circuit: name, params, ...document, ...written }, () => {
    const title = Object.entries(params).map(([key, value]) => `${key} ${value}`);
    return `${[name, ...title].join(", ")}\n\n${report()}`;
  });
}

/** What came of a synthesis: for JSON, for the terminal, and a netlist where it has one. */
interface Synthesized {
  readonly document: object;
  readonly verilog?: string;
  report(): string;
}

async function synthesized(
  module: Module,
  flags: Flags,
  onStep: (done: number, total: number, command: string) => void,
): Promise<Synthesized> {
  const { tech, liberty, goal, blocks } = flags;
  const [booth, dsp] = [flags.booth ?? false, flags.dsp ?? false];
  if (tech === "generic") {
    const options = { booth, onStep, liberty, ...(goal !== undefined && { goal }) };
    if (!blocks) {
      const { result, verilog } = await synthesizeNetlist(module, options);
      return { document: result, verilog, report: () => cellReport(result) };
    }
    const { result, blocks: each } = await synthesizeBlocks(module, options);
    const report = () => [cellReport(result), cellBlocks(each)].join("\n\n");
    return { document: { ...result, blocks: each }, report };
  }
  if (!blocks) {
    const result = await synthesizeFpga(module, tech, { dsp, onStep });
    return { document: result, report: () => fpgaReport(result) };
  }
  const { total, blocks: each } = await synthesizeFpgaBlocks(module, tech, { dsp, onStep });
  const document = { tech, options: { dsp }, ...total, blocks: each };
  return { document, report: () => fpgaBlocks(each) };
}

function writeNetlist(output: string, verilog: string, generic: boolean): void {
  writeFiles(dirname(output), [
    { name: basename(output), text: verilog },
    ...(generic ? [{ name: genericName, text: genericLiberty() }] : []),
  ]);
}

/** Flags that go with another technology would have no effect. */
function refuse({ tech, liberty, output, goal, booth, dsp }: Flags): void {
  const wrong = (flag: string, right: string) =>
    new UsageError(`${flag} does not go with --tech ${tech}; ${right}`);
  if (tech === "generic") {
    if (dsp) throw wrong("--dsp", "DSP blocks are in ice40, ecp5 and xilinx");
    if (output !== undefined && existsSync(output) && statSync(output).isDirectory()) {
      throw new UsageError(`--output ${output}: is a folder, a file is needed`);
    }
    if (output !== undefined && liberty.length === 0 && basename(output) === genericName) {
      throw new UsageError(
        `--output ${output}: ${genericName} is the library, written next to the netlist; choose another name`,
      );
    }
    return;
  }
  if (liberty.length > 0) throw wrong("--liberty", "leave --tech out for standard cells");
  if (output !== undefined) throw wrong("--output", "netlists are of standard cells");
  if (goal !== undefined) throw wrong("--goal", "yosys' own flow is used for FPGAs");
  if (booth) throw wrong("--booth", "it is for standard cells");
}
