import { type Design, emitDesign } from "@chisel-ts/core";
import { controlRegisters } from "../../../hdl/core/control.ts";
import { decoderCore } from "../../../hdl/core/decoder-core.ts";
import { constraints } from "../package/constraints.ts";
import { fusesoc } from "../package/fusesoc.ts";
import { makefile } from "../package/makefile.ts";
import { plainPorts } from "../package/ports.ts";
import type { CoreProgram } from "./compile.ts";
import { DESCRIPTOR_BYTES, fieldNames, fields, meanings, operations } from "./descriptor.ts";
import { coreTestbench } from "./testbench.ts";

/** The decoder core of a program as a core that others can use. */
export interface CorePackage {
  readonly design: Design;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

const top = "decoder_core_axi";
const bench = `${top}_tb`;

/**
 * The Verilog of the smallest core that runs a program, a file a module, and what stands around it: manifest, testbench with its
 * memory and tokens, FuseSoC, constraints, Makefile, and a page of its registers and descriptors.
 *
 * @param first token that the testbench reads
 * @param count tokens that it reads
 *
 * @example
 * const { files } = corePackage(tinyProgram("int8", 8), 1, 2);
 * console.log(files.some(({ name }) => name === "decoder_core_axi.sdc")); // true
 */
export function corePackage(program: CoreProgram, first: number, count: number): CorePackage {
  const circuit = decoderCore(program.core);
  const design = emitDesign(circuit);
  const sources = design.files.map(({ name }) => name);
  const tests = coreTestbench(program, first, count);
  const data = tests.map(({ name }) => name).filter((name) => name.endsWith(".hex"));
  const core = fusesoc({
    name: `rf8_${top}`,
    top,
    sources,
    constraints: `${top}.sdc`,
    description: circuit.description ?? top,
    testbench: { name: bench, data },
  });
  return {
    design,
    files: [
      ...design.files,
      { name: "manifest.json", text: `${JSON.stringify(design.manifest, null, 2)}\n` },
      ...tests,
      { name: `${top}.core`, text: core },
      { name: `${top}.sdc`, text: constraints("clock", plainPorts(circuit)) },
      { name: "Makefile", text: makefile(bench, sources) },
      { name: "registers.md", text: registersPage() },
    ],
  };
}

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(2, "0")}`;

const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heading, heading.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/**
 * Registers, operations and fields of a descriptor, from what circuit, encoder and decoder are made of.
 *
 * @example
 * console.log(registersPage().split("\n")[0]); // # Registers and descriptors of decoder_core_axi
 */
export const registersPage = (): string => `# Registers and descriptors of ${top}

A batch: write token, position and cache of each slot, then control with start and the last slot; at the interrupt read status and
next of each slot. Program and constants are in the memory image, which begins at base.

${table(
  ["address", "register", "access", "meaning"],
  Object.entries(controlRegisters).map(([name, { address, access, meaning }]) => [
    ...[hexadecimal(address), name, access, meaning],
  ]),
)}

A descriptor has ${DESCRIPTOR_BYTES} bytes, little-endian; byte 0 is the operation.

${table(
  ["operation", "name", "what it does"],
  operations.map((name, number) => [String(number), name, meanings[name]]),
)}

${table(
  ["byte", "field", "type", "meaning"],
  fieldNames.map((name) => {
    const { offset, kind, meaning } = fields[name];
    return [String(offset), name, kind, meaning];
  }),
)}
`;
