import { connect, type Design, emitDesign, instance, type Module, module } from "@chisel-ts/core";
import { accelerator as acceleratorCircuit } from "../../../hdl/accelerator/accelerator.ts";
import type { AcceleratorParameters } from "../../../hdl/accelerator/parameters.ts";
import { axiWrapper } from "./axi.ts";
import { constraints } from "./constraints.ts";
import { fusesoc } from "./fusesoc.ts";
import { makefile } from "./makefile.ts";
import { type PortStyle, plainPorts } from "./ports.ts";
import { testbench } from "./testbench.ts";
import { testJobs, vectorsOf } from "./vectors.ts";

/** A file to write. */
export interface PackageFile {
  readonly name: string;
  readonly text: string;
}

export interface PackageOptions {
  /** Stands before the name of every module and of every file but the data of a testbench. */
  readonly prefix?: string;
  /** `axi` puts a module `NAME_axi` around the circuit. */
  readonly ports?: PortStyle;
}

/** A circuit as a core that others can use. */
export interface Package {
  readonly design: Design;
  /** The module to hand over. */
  readonly top: string;
  /** What stands around the Verilog of the design: wrapper, testbench and vectors, FuseSoC, constraints, Makefile. */
  readonly around: readonly PackageFile[];
}

/**
 * The Verilog of a circuit and the files around it. A circuit with a port of its own name stands inside a module
 * `NAME_top`, unless it has a prefix, because Verilator makes members of one class of a top and its ports.
 *
 * @example
 * const { top, around } = packageOf(mac(), { prefix: "my_" });
 * console.log(`${top}: ${around.map(({ name }) => name).join(", ")}`); // my_mac: my_mac.core, my_mac.sdc
 */
export function packageOf(given: Module, options: PackageOptions = {}): Package {
  const { prefix = "", ports: style = "plain" } = options;
  const accelerator = parametersOf(given);
  const clashes = prefix === "" && given.portList.some(({ name }) => name === given.name);
  const circuit = clashes ? topOf(given) : given;
  const design = emitDesign(circuit, { prefix });
  const inner = design.manifest.top;
  const wrapped = style === "axi" ? axiWrapper(circuit, inner, `${inner}_axi`) : undefined;
  const top = wrapped ? `${inner}_axi` : inner;
  const ports = wrapped?.ports ?? plainPorts(circuit);
  const sources = [...design.files.map(({ name }) => name), ...(wrapped ? [`${top}.v`] : [])];
  const bench = `${top}_tb`;
  const data = accelerator ? acceleratorData(accelerator) : undefined;
  const core = fusesoc({
    name: `${prefix || "rf8_"}${circuit.name}`,
    top,
    sources,
    // The first comment of the Verilog: name and description, in ASCII.
    description: (design.files.at(-1)?.text.split("\n")[0] ?? "").replace("// ", ""),
    ...(circuit.clocked && { constraints: `${top}.sdc` }),
    ...(data && { testbench: { name: bench, data: data.files.map(({ name }) => name) } }),
  });
  const clock = wrapped ? "aclk" : "clock";
  return {
    design,
    top,
    around: [
      ...(wrapped ? [{ name: `${top}.v`, text: wrapped.text }] : []),
      { name: `${top}.core`, text: core },
      ...(circuit.clocked ? [{ name: `${top}.sdc`, text: constraints(clock, ports) }] : []),
      ...(accelerator && data
        ? [
            { name: `${bench}.v`, text: testbench(top, accelerator, data.jobs, style) },
            ...data.files,
            { name: "Makefile", text: makefile(bench, sources) },
          ]
        : []),
    ],
  };
}

/** The parameters of an accelerator, which comes with a testbench; `undefined` for other circuits. */
const parametersOf = ({ origin }: Module): AcceleratorParameters | undefined =>
  origin?.circuit === acceleratorCircuit.name
    ? acceleratorCircuit.complete(origin.parameters)
    : undefined;

/** A module that is no more than an instance of the circuit. */
const topOf = (circuit: Module): Module => {
  const { name, description, parameters, latency, ports } = circuit;
  const options = {
    name: `${name}_top`,
    parameters,
    ports,
    ...(description !== undefined && { description }),
    ...(latency !== undefined && { latency }),
  };
  return module(options, (io) => {
    connect(io, instance("core", circuit, io));
  });
};

/** The jobs of an accelerator's testbench, and the files that it reads. */
function acceleratorData(accelerator: AcceleratorParameters) {
  const jobs = testJobs(accelerator).map((job) => vectorsOf(accelerator, job));
  const lines = (of: (job: (typeof jobs)[number]) => readonly string[]): string =>
    `${jobs.flatMap(of).join("\n")}\n`;
  const files: PackageFile[] = [
    { name: "activations.hex", text: lines((job) => job.activations) },
    { name: "weights.hex", text: lines((job) => job.weights) },
    { name: "results.hex", text: lines((job) => job.results) },
  ];
  return { jobs, files };
}
