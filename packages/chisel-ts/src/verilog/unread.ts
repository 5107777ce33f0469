import type { ModuleIr, Node } from "../ir.ts";
import { isComputed } from "../nodes.ts";
import { resetPortOf } from "../reset.ts";
import type { Reads } from "./graph.ts";
import type { Identifiers } from "./identifiers.ts";
import { pack } from "./layout.ts";
import { lookedUp } from "./lookup.ts";

/** Who reads what in the text of a module. */
interface Readers {
  readonly identifiers: Identifiers;
  /** All nodes of the text outside checks. */
  readonly nodes: ReadonlySet<Node>;
  /** The nodes that statements, instances and outputs read. */
  readonly roots: readonly Node[];
  /** The nodes that the text of each reads. */
  readonly reads: Reads;
}

/**
 * One wire that reads every bit that nothing else does, so that linters report only what is not said
 * here: dropped bits are always dropped by an explicit slice in the source.
 */
export function unreadWire(ir: ModuleIr, readers: Readers): string[] {
  const { identifiers, nodes } = readers;
  const bits = readBits(ir, readers);
  const outputs = new Set<Node>(ir.outputs);
  const declared = [
    ...ir.inputs,
    ...ir.registers.keys(),
    ...ir.reads.map(({ node }) => node),
    ...ir.instances.flatMap((instance) => instance.outputs),
    ...nodes,
  ];
  const parts = new Set(implicitUnread(ir));
  for (const node of declared) {
    const name = identifiers.of.get(node);
    const isHeld = isComputed(node) && identifiers.holders.has(node);
    if (name === undefined || isHeld || outputs.has(node)) continue;
    for (const field of missing(bits.get(node) ?? 0n, node.width)) parts.add(`${name}${field}`);
  }
  for (const { verilog } of identifiers.aliases) parts.add(verilog);
  const readMemories = new Set([...ir.reads.map(({ node }) => node.memory), ...lookedUp(nodes)]);
  for (const memory of ir.memories) {
    if (!readMemories.has(memory)) parts.add(`${memory.name}[0]`);
  }
  if (parts.size === 0) return [];
  const lines = pack(["1'b0", ...parts]);
  const isShort = lines.length === 1;
  return isShort
    ? [`wire _unused = &{${lines.join("").trim()}};`]
    : ["wire _unused = &{", ...lines, "};"];
}

function implicitUnread(ir: ModuleIr): string[] {
  if (!ir.clocked) return [];
  const below = ir.instances.some(({ module }) => module.clocked);
  const clocks = below || ir.registers.size + ir.reads.length + ir.writes.length > 0;
  const resets =
    ir.instances.some(({ module }) => resetPortOf(module) !== undefined) ||
    [...ir.registers.keys()].some(({ reset }) => reset !== undefined);
  const port = resetPortOf(ir);
  return [...(clocks ? [] : ["clock"]), ...(resets || port === undefined ? [] : [port])];
}

/** For every node, a bit mask of what is read of it. */
function readBits(
  ir: ModuleIr,
  { identifiers, nodes, roots, reads }: Readers,
): ReadonlyMap<Node, bigint> {
  const bits = new Map<Node, bigint>();
  const use = (read: Node, high: number, low: number): void => {
    // A computed node and the wire that holds it are one identifier.
    const node = (isComputed(read) && identifiers.holders.get(read)) || read;
    const field = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
    bits.set(node, (bits.get(node) ?? 0n) | field);
  };
  const useAll = (node: Node): void => use(node, node.width - 1, 0);
  roots.forEach(useAll);
  for (const { node } of identifiers.aliases) useAll(node);
  for (const node of nodes) {
    if (node.kind === "operation") {
      const [operand] = node.operands;
      const [high = 0, low = 0] = node.parameters;
      if (node.operation === "slice" && operand) use(operand, high, low);
      else reads(node).forEach(useAll);
    } else if (node.kind === "lookup") useAll(node.address);
    const driver = node.kind === "wire" ? ir.drivers.get(node) : undefined;
    const held = driver && isComputed(driver) && identifiers.holders.get(driver) === node;
    if (driver && !held) useAll(driver);
  }
  return bits;
}

/** The bit fields that a mask leaves out, as Verilog selects, from the highest. */
function missing(mask: bigint, width: number): string[] {
  if (mask === 0n) return [""];
  const fields: string[] = [];
  let high = width - 1;
  while (high >= 0) {
    const isRead = (bit: number): boolean => ((mask >> BigInt(bit)) & 1n) === 1n;
    if (isRead(high)) {
      high -= 1;
      continue;
    }
    let low = high;
    while (low > 0 && !isRead(low - 1)) low -= 1;
    fields.push(high === low ? `[${high}]` : `[${high}:${low}]`);
    high = low - 1;
  }
  return fields;
}
