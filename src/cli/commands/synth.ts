import { type Command, Option } from "commander";
import {
  type FpgaFamily,
  fpgaFamilies,
  type Goal,
  goals,
  synthesize,
  synthesizeFpga,
  verilogOf,
} from "../../cost/index.ts";
import {
  addCircuitOptions,
  circuitParameters,
  findCircuit,
  parametersOf,
} from "../circuit-options.ts";
import { cellReport, fpgaReport } from "../cost-report.ts";
import { UsageError } from "../errors.ts";
import { print, progress } from "../output.ts";

interface Flags {
  readonly tech: "generic" | FpgaFamily;
  readonly liberty?: string;
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
    .argument("<circuit>", "a name from rf8 list")
    .addOption(
      new Option("--tech <name>", "generic standard cells, or an FPGA family")
        .choices(["generic", ...fpgaFamilies])
        .default("generic"),
    )
    .option("--liberty <file>", "standard cells of this library (.lib or .lib.gz)")
    .addOption(
      new Option("--goal <name>", "what standard cells are chosen for (default area)").choices(
        goals,
      ),
    )
    .option("--booth", "multipliers in standard cells as radix-4 Booth")
    .option("--dsp", "multipliers into DSP blocks of the FPGA")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command).action(run);
}

async function run(name: string, flags: Flags): Promise<void> {
  const entry = findCircuit(name);
  const given = circuitParameters(entry, { ...flags });
  refuse(flags);
  const design = verilogOf(entry.build(given));
  const bar = progress("steps");
  const onStep = bar.update;
  const { tech, liberty, goal, booth = false, dsp = false } = flags;
  const options = {
    ...{ booth, onStep },
    ...(goal !== undefined && { goal }),
    ...(liberty !== undefined && { liberty }),
  };
  const result = await (tech === "generic"
    ? synthesize(design, options)
    : synthesizeFpga(design, tech, { dsp, onStep })
  ).finally(bar.stop);
  const document = { circuit: name, params: parametersOf(entry, given), ...result };
  print(flags.json ?? false, document, () => {
    const params = Object.entries(document.params).map(([key, value]) => `${key} ${value}`);
    const report = "area_ge" in result ? cellReport(result) : fpgaReport(result);
    return `${[name, ...params].join(", ")}\n\n${report}`;
  });
}

/** Flags that go with another technology would have no effect. */
function refuse({ tech, liberty, goal, booth, dsp }: Flags): void {
  const wrong = (flag: string, right: string) =>
    new UsageError(`${flag} does not go with --tech ${tech}; ${right}`);
  if (tech === "generic") {
    if (dsp) throw wrong("--dsp", "DSP blocks are in ice40, ecp5 and xilinx");
    return;
  }
  if (liberty !== undefined) throw wrong("--liberty", "leave --tech out for standard cells");
  if (goal !== undefined) throw wrong("--goal", "yosys' own flow is used for FPGAs");
  if (booth) throw wrong("--booth", "it is for standard cells");
}
