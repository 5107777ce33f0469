import { displayOperands } from "../analyse.ts";
import type { Constant, ModuleIr, Node, Register } from "../ir.ts";
import { type Cases, findCases } from "./cases.ts";
import { checkLines } from "./checks.ts";
import { Combinational } from "./combinational.ts";
import { displayLines } from "./displays.ts";
import { countUses, order, type Reads, readsOf } from "./graph.ts";
import { type Identifiers, identify } from "./identifiers.ts";
import { placeInstance } from "./instances.ts";
import { tableFunctions } from "./lookup.ts";
import { declareMemory, memoryBlocks, memoryReads } from "./memory.ts";
import { checkNames } from "./names.ts";
import { header, moduleHead } from "./ports.ts";
import { alwaysBlock, merge, nextState, read, type Statement } from "./registers.ts";
import { inReset } from "./reset.ts";
import { columns, indent, literal, made, range } from "./text.ts";
import { unreadWire } from "./unread.ts";

/**
 * The Verilog-2005 of one module, the same bytes every time.
 *
 * @param nameOf the Verilog names of this module and of those it places, where they differ from their own.
 * @throws CircuitError when a name cannot stand in Verilog.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * console.log(emitModule(inverter).includes("module inverter")); // true
 */
export function emitModule(
  ir: ModuleIr,
  nameOf: (module: ModuleIr) => string = ({ name }) => name,
): string {
  checkNames(ir);
  const identifiers = identify(ir);
  const { reads, isChoice, cases } = readTables(ir, identifiers);
  const groups = registerGroups(ir, isChoice, cases);
  const readers = [
    ...groups.flatMap(({ statements }) => read(statements)),
    ...memoryReads(ir),
    ...ir.instances.flatMap(({ inputs }) => [...inputs.values()]),
  ];
  const conditions = ir.checks.map(({ condition }) => condition);
  const displayed = ir.displays.flatMap(displayOperands);
  const nodes = order(
    [...ir.named.map(({ node }) => node), ...ir.drivers.keys(), ...readers],
    reads,
  );
  const all = new Set([...nodes, ...order([...conditions, ...displayed], reads)]);
  const uses = countUses([...ir.drivers.keys(), ...readers, ...conditions, ...displayed], reads);
  const parameters = new Map<Constant, string>();
  const localparams = nameConstants(nodes, identifiers, parameters);

  const logic = new Combinational(ir, { identifiers, nodes: all, uses, parameters, cases });
  const text = (node: Node): string => logic.use(node);
  for (const node of nodes) logic.place(node);
  const blocks = [
    ...groups.flatMap(({ registers, statements }) => alwaysBlock(registers, statements, text, ir)),
    ...ir.memories.flatMap((memory) => memoryBlocks(ir, memory, text)),
  ];
  const instances = ir.instances.map((item) =>
    placeInstance(item, nameOf(item.module), inReset(ir), text),
  );
  for (const { verilog, node } of identifiers.aliases) {
    logic.wires.push(`wire ${range(node.width)}${verilog} = ${text(node)};`);
  }
  const unread = unreadWire(ir, { identifiers, nodes, roots: readers, reads });
  const functions = tableFunctions(ir, all, identifiers.names);

  /** A section of its own under a macro, with the wires that only it needs. */
  const guarded = (
    macro: string,
    roots: readonly Node[],
    lines: (text: (node: Node) => string) => string[],
  ): string[] => {
    const own = logic.fork();
    const more = [...order(roots, reads)].filter((node) => !nodes.has(node));
    const params = nameConstants(more, identifiers, own.parameters);
    for (const node of more) own.place(node);
    const body = lines((node) => own.use(node));
    const section = [...params, ...own.wires, ...body];
    return body.length === 0 ? [] : ["", `\`ifdef ${macro}`, ...indent(section), "`endif"];
  };
  const guards = [
    ...guarded("FORMAL", conditions, (own) => checkLines(ir, own)),
    ...guarded("DISPLAY", displayed, (own) => displayLines(ir, own)),
  ];

  const sections = [
    ...[localparams, declarations(ir), ...functions, instanceWires(ir, identifiers), logic.wires],
    ...instances,
    ...[logic.assigns(), ...blocks, unread],
  ].filter((lines) => lines.length > 0);
  const lines = [
    ...header(ir, nameOf(ir)),
    ...["`default_nettype none", ""],
    ...moduleHead(ir, nameOf(ir)),
    ...sections.flatMap((section, i) => (i === 0 ? indent(section) : ["", ...indent(section)])),
    ...guards,
    ...["endmodule", "", "`default_nettype wire", ""],
  ];
  return lines.join("\n");
}

interface RegisterGroup {
  readonly registers: readonly Register[];
  readonly statements: readonly Statement[];
}

/** What the text of each node reads once chains of comparisons are tables. */
function readTables(
  ir: ModuleIr,
  { of }: Identifiers,
): { reads: Reads; isChoice: (node: Node) => boolean; cases: Cases } {
  const plain = readsOf(ir);
  const roots = [
    ...[...ir.drivers.keys(), ...ir.registers.values(), ...memoryReads(ir)],
    ...ir.instances.flatMap(({ inputs }) => [...inputs.values()]),
    ...ir.checks.map(({ condition }) => condition),
    ...ir.displays.flatMap(displayOperands),
  ];
  const uses = countUses(roots, plain);
  const isChoice = (node: Node): boolean => uses.get(node) === 1 && !of.has(node);
  const cases = findCases([...roots, ...ir.named.map(({ node }) => node)], plain, isChoice);
  const reads: Reads = (node) => {
    const table = cases.get(node);
    return table
      ? [table.subject, ...table.arms.flatMap(({ codes, value }) => [...codes, value]), table.rest]
      : plain(node);
  };
  return { reads, isChoice, cases };
}

/** The registers with a reset value, then those without: each group is one always block. */
function registerGroups(
  ir: ModuleIr,
  isChoice: (node: Node) => boolean,
  cases: Cases,
): RegisterGroup[] {
  const entries = [...ir.registers];
  return [true, false].map((hasReset) => {
    const group = entries.filter(([{ reset }]) => (reset !== undefined) === hasReset);
    const statements = group.flatMap(([register, next]) =>
      nextState(register, next, { isChoice, cases }),
    );
    return { registers: group.map(([register]) => register), statements: merge(statements) };
  });
}

/** Names the named constants among `nodes` in `parameters` and declares them; equal ones are one. */
function nameConstants(
  nodes: Iterable<Node>,
  { names }: Identifiers,
  parameters: Map<Constant, string>,
): string[] {
  const known = new Map([...parameters].map(([node, name]) => [constantKey(node), name]));
  const rows: string[][] = [];
  for (const node of nodes) {
    if (node.kind !== "constant" || node.name === undefined) continue;
    const key = constantKey(node);
    const name = known.get(key) ?? names.unique(node.name);
    parameters.set(node, name);
    if (known.has(key)) continue;
    known.set(key, name);
    const value = literal(node.width, node.value);
    rows.push(["localparam ", range(node.width), `${name} `, `= ${value};`]);
  }
  return columns(rows);
}

const constantKey = ({ name, width, value }: Constant): string => `${name} ${width} ${value}`;

/** Registers, the output registers of memories, and memories. */
const declarations = (ir: ModuleIr): string[] => [
  ...columns(
    [...ir.registers.keys(), ...ir.reads.map(({ node }) => node)].map(
      ({ name, width, location }) => ["reg ", range(width), `${name};`, `  ${made(location)}`],
    ),
  ),
  ...ir.memories.map(declareMemory),
];

const instanceWires = (ir: ModuleIr, { of }: Identifiers): string[] =>
  columns(
    ir.instances.flatMap(({ outputs }) =>
      outputs.map((node) => ["wire ", range(node.width), `${of.get(node)};`]),
    ),
  );
