import { emitDesign } from "@chisel-ts/core";
import { engine } from "../../hdl/engine/engine.ts";
import { completeEngine, type EngineParameters } from "../../hdl/engine/parameters.ts";
import type { Given } from "../../hdl/parameters.ts";
import { testbench } from "./testbench.ts";
import { testJobs, vectorsOf } from "./vectors.ts";

/** A file to write. */
export interface PackageFile {
  readonly name: string;
  readonly text: string;
}

/** The engine's target when its constraints are written: its users change one number. */
const PERIOD_NS = 10;

/** The files around the Verilog that make the engine a core: testbench and vectors, FuseSoC, constraints, Makefile. */
export function packageFiles(given: Given<keyof EngineParameters>): PackageFile[] {
  const parameters = completeEngine(given);
  const top = engine(parameters);
  const { files } = emitDesign(top);
  const jobs = testJobs(parameters).map((job) => vectorsOf(parameters, job));
  const lines = (of: (job: (typeof jobs)[number]) => readonly string[]): string =>
    `${jobs.flatMap(of).join("\n")}\n`;
  const sources = files.map(({ name }) => name);
  return [
    { name: `${top.name}_tb.v`, text: testbench(top.name, parameters, jobs) },
    { name: "activations.hex", text: lines((job) => job.activations) },
    { name: "weights.hex", text: lines((job) => job.weights) },
    { name: "results.hex", text: lines((job) => job.results) },
    { name: `${top.name}.core`, text: fusesoc(top.name, sources) },
    { name: `${top.name}.sdc`, text: constraints() },
    { name: "Makefile", text: makefile(top.name, sources) },
  ];
}

const fusesoc = (top: string, sources: readonly string[]): string => `CAPI=2:
name: ::rf8_${top}:0.1.0
description: Weight-streaming RF8 matrix-vector engine with AXI4 interfaces

filesets:
  rtl:
    files: [${sources.join(", ")}]
    file_type: verilogSource-2005
  constraints:
    files: [${top}.sdc]
    file_type: SDC
  testbench:
    files:
      - ${top}_tb.v: {file_type: verilogSource-2005}
      - activations.hex: {file_type: user, copyto: activations.hex}
      - weights.hex: {file_type: user, copyto: weights.hex}
      - results.hex: {file_type: user, copyto: results.hex}

targets:
  default:
    filesets: [rtl, constraints]
    toplevel: ${top}
  sim:
    filesets: [rtl, testbench]
    toplevel: ${top}_tb
    default_tool: icarus
    tools:
      verilator:
        mode: binary
        verilator_options: [--timing]
`;

const constraints =
  (): string => `# One clock; inputs arrive, and outputs leave, within a fifth of its period.
set period ${PERIOD_NS}.0
create_clock -name clock -period $period [get_ports clock]
set_input_delay [expr {0.2 * $period}] -clock clock [all_inputs -no_clocks]
set_output_delay [expr {0.2 * $period}] -clock clock [all_outputs]
`;

const makefile = (
  top: string,
  sources: readonly string[],
): string => `# The testbench in Icarus and in Verilator; either alone: make icarus, make verilator.
SOURCES = ${sources.join(" ")} ${top}_tb.v

all: icarus verilator

icarus: $(SOURCES)
	iverilog -g2005 -s ${top}_tb -o ${top}_tb.vvp $(SOURCES)
	vvp -n ${top}_tb.vvp | tee icarus.log
	@grep -q PASS icarus.log

verilator: $(SOURCES)
	verilator --binary --timing -Wno-TIMESCALEMOD --top-module ${top}_tb --Mdir verilator $(SOURCES)
	./verilator/V${top}_tb | tee verilator.log
	@grep -q PASS verilator.log

clean:
	rm -rf ${top}_tb.vvp verilator icarus.log verilator.log

.PHONY: all icarus verilator clean
`;
