import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import { catalogue, parts } from "../../../hdl/catalogue.ts";
import {
  type FpgaFamily,
  fpgaFamilies,
  type Goal,
  genericLiberty,
  goals,
  synthesizeFpga,
  synthesizeNetlist,
  verilogOf,
} from "../../cost/index.ts";
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
  readonly json?: boolean;
}

/** `rf8 synth CIRCUIT`: area and delay in standard cells, or what an FPGA gives. */
export function addSynth(program: Command): void {
  const command = program
    .command("synth")
    .description("area and delay in standard cells, or cells of an FPGA")
    .argument("<circuit>", `a name from rf8 list, or ${parts.map(({ name }) => name).join(", ")}`)
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
  const entry = findCircuit(name, [...catalogue, ...parts]);
  const given = circuitParameters(entry, { ...flags });
  refuse(flags);
  if (flags.sweep !== undefined) {
    if (flags.output !== undefined)
      throw new UsageError("--output does not go with --sweep: it is one netlist");
    return sweep(entry, given, flags, flags.sweep);
  }
  const { farm } = withoutFarm(flags);
  if (farm !== undefined)
    throw new UsageError(`--${farm} goes with --sweep: one synthesis is one piece of work`);
  const design = verilogOf(entry.build(given));
  const bar = progress("steps");
  const onStep = bar.update;
  const { tech, liberty, output, goal, booth = false, dsp = false } = flags;
  const options = { booth, onStep, liberty, ...(goal !== undefined && { goal }) };
  const { result, verilog } = await (tech === "generic"
    ? synthesizeNetlist(design, options)
    : synthesizeFpga(design, tech, { dsp, onStep }).then((found) => ({
        result: found,
        verilog: "",
      }))
  ).finally(bar.stop);
  if (output !== undefined) writeNetlist(output, verilog, liberty.length === 0);
  const document = {
    ...{ circuit: name, params: entry.complete(given), ...result },
    ...(output !== undefined && { netlist: output }),
  };
  print(flags.json ?? false, document, () => {
    const params = Object.entries(document.params).map(([key, value]) => `${key} ${value}`);
    const report = "area_ge" in result ? cellReport(result) : fpgaReport(result);
    return `${[name, ...params].join(", ")}\n\n${report}`;
  });
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
