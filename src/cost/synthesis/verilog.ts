import { reservedWords } from "@chisel-ts/core";
import type { Bit, Netlist } from "./netlist.ts";

/**
 * A mapped netlist as structural Verilog, which yosys, OpenSTA and place and route read with the library: a
 * flat module, named connections, no expressions. A net has the name that reports give it.
 *
 * @param comment lines for the head of the text.
 */
export function writeVerilog(top: string, netlist: Netlist, comment: readonly string[]): string {
  const { inputs, outputs, cells } = netlist;
  const nets = new NetNames(netlist);
  const ports = [
    ...Object.entries(inputs).map(([name, bits]) => ({ direction: "input", name, bits })),
    ...Object.entries(outputs).map(([name, bits]) => ({ direction: "output", name, bits })),
  ];
  const instances = cells.map(({ type, pins }, at) => {
    const connections = Object.entries(pins).map(([pin, bits]) => {
      const list = bits.toReversed().map((bit) => nets.of(bit));
      return `.${identifier(pin)}(${list.length === 1 ? list[0] : `{${list.join(", ")}}`})`;
    });
    return `  ${identifier(type)} ${nets.instances[at]} (${connections.join(", ")});`;
  });
  const head = ports.map(({ direction, name, bits }) => {
    const range = bits.length > 1 ? `[${bits.length - 1}:0] ` : "";
    return `  ${direction} ${range}${identifier(name)};`;
  });
  return [
    // Names of files may hold anything.
    ...comment.map((line) => `// ${line.replaceAll(/\p{Cc}/gu, " ")}`),
    `module ${identifier(top)} (${ports.map(({ name }) => identifier(name)).join(", ")});`,
    ...head,
    ...nets.wires().map((name) => `  wire ${name};`),
    ...instances,
    ...nets.assignments.map(([port, source]) => `  assign ${port} = ${source};`),
    "endmodule",
    "",
  ].join("\n");
}

/** What a netlist's nets and cells are called where `writeVerilog` writes them. */
export const netlistNames = (
  netlist: Netlist,
): { readonly instances: readonly string[]; of(bit: Bit): string } => new NetNames(netlist);

/** One name for each net: of a port's bit, of the source, or made up. */
class NetNames {
  readonly #names = new Map<Bit, string>([
    ["0", "1'b0"],
    ["1", "1'b1"],
    // Nothing depends on it.
    ["x", "1'b0"],
    ["z", "1'bz"],
  ]);
  readonly #wires: string[] = [];
  readonly #used = new Set<string>();
  /** Cells in order; yosys' own names, which begin with $, are as long as a line. */
  readonly instances: readonly string[];
  /** Output bits whose net has the name of another port's bit or of a constant. */
  readonly assignments: (readonly [port: string, source: string])[] = [];

  constructor({ inputs, outputs, cells, names }: Netlist) {
    for (const [port, bits] of Object.entries({ ...inputs, ...outputs })) {
      this.#used.add(identifier(port));
      bits.forEach((bit, at) => {
        const name = bits.length > 1 ? `${identifier(port)}[${at}]` : identifier(port);
        const known = this.#names.get(bit);
        if (known === undefined) this.#names.set(bit, name);
        else this.assignments.push([name, known]);
      });
    }
    this.instances = cells.map(({ name }, at) =>
      this.#fresh(name[0] === "$" ? `cell_${at}` : name),
    );
    for (const { pins } of cells) {
      for (const bit of Object.values(pins).flat()) this.#add(bit, names.get(bit));
    }
  }

  of(bit: Bit): string {
    return this.#names.get(bit) ?? "";
  }

  wires(): readonly string[] {
    return this.#wires;
  }

  #add(bit: Bit, source: string | undefined): void {
    if (this.#names.has(bit)) return;
    const name = this.#fresh(source ?? `net_${bit}`);
    this.#names.set(bit, name);
    this.#wires.push(name);
  }

  #fresh(wanted: string): string {
    let name = wanted;
    while (this.#used.has(identifier(name))) name = `${name}_`;
    this.#used.add(identifier(name));
    return identifier(name);
  }
}

/** As it is where it is plain; escaped otherwise, which any printable text without blanks may be. */
const identifier = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && !reservedWords.has(name) ? name : `\\${name.replace(/^\\/, "")} `;
