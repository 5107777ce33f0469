import {
  checkModule,
  emitTogether,
  type ir,
  type Module,
  modulesBelow,
  textsByName,
} from "@chisel-ts/core";

/** Verilog to be synthesized. */
export interface VerilogDesign {
  /** Name of the top module. */
  readonly top: string;
  /** Verilog texts by file name. */
  readonly sources: Readonly<Record<string, string>>;
  /** Bits of all memories, where that is known. */
  readonly memoryBits?: number;
  /** Modules that are placed and have no Verilog: an FPGA's own, which its flow knows, or ones that nobody knows. */
  readonly blackBoxes?: readonly string[];
}

/**
 * Before every name: cells of a library or an FPGA (`NAND2_X1`, `SB_LUT4`) are modules to yosys, and a module
 * of a user may be called like one. Names of users begin with a letter, so none begins with this.
 */
const prefix = "__";

/** A design as it is given, or the Verilog of a circuit. */
export const designOf = (given: VerilogDesign | Module): VerilogDesign =>
  typeof given === "object" && given !== null && "sources" in given ? given : verilogOf(given);

/** What a user calls the top of a design. */
export const titleOf = ({ top }: VerilogDesign): string =>
  top.startsWith(prefix) ? top.slice(prefix.length) : top;

/**
 * The emitted Verilog of a circuit. @throws CircuitError when it cannot be emitted.
 *
 * @example
 * console.log(verilogOf(mac()).top); // __mac
 */
export function verilogOf(top: Module): VerilogDesign {
  checkModule(top);
  const unwritten = modulesBelow(top).filter(isUnwritten);
  return {
    top: `${prefix}${top.name}`,
    sources: textsByName(emitTogether([top], { prefix })),
    memoryBits: memoryBits(top),
    blackBoxes: [...new Set(unwritten.map(({ name }) => name))],
  };
}

const isUnwritten = ({ external }: ir.ModuleIr): boolean =>
  external !== undefined && external.verilog === undefined;

const memoryBits = ({ memories, instances }: ir.ModuleIr): number =>
  memories.reduce((sum, { depth, width }) => sum + depth * width, 0) +
  instances.reduce((sum, { module }) => sum + memoryBits(module), 0);
