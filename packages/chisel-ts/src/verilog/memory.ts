import type { Memory, MemoryReadPort, MemoryWritePort, ModuleIr, Node } from "../ir.ts";
import { indent, literal, made, operand, range } from "./text.ts";

type Text = (node: Node) => string;

export const declareMemory = ({ name, width, depth, location }: Memory): string =>
  `reg ${range(width)}${name} [0:${depth - 1}];  ${made(location)}`;

/** The words at power-up and the ports of a memory. */
export function memoryBlocks(ir: ModuleIr, memory: Memory, text: Text): string[][] {
  const reads = ir.reads.filter(({ node }) => node.memory === memory);
  const writes = ir.writes.filter((write) => write.memory === memory);
  const ports = [
    ...writes.flatMap((port) => write(port, text)),
    ...reads.flatMap((port) => read(port, text)),
  ];
  const words = (memory.contents ?? []).map(
    (word, address) => `${memory.name}[${address}] = ${literal(memory.width, word)};`,
  );
  return [
    ...(words.length === 0 ? [] : [["initial begin", ...indent(words), "end"]]),
    ...(ports.length === 0 ? [] : [["always @(posedge clock) begin", ...indent(ports), "end"]]),
  ];
}

/** The nodes whose text the ports need, as often as they need it. */
export const memoryReads = (ir: ModuleIr): Node[] => [
  ...ir.reads.flatMap(({ node: { memory }, address, enable }) => [
    ...(isFull(memory, address) ? [address] : [address, address]),
    enable,
  ]),
  ...ir.writes.flatMap(({ memory, address, data, enable }) => [
    ...(isFull(memory, address) ? [address] : [address, address]),
    ...[data, enable],
  ]),
];

/** Whether every address is a word of the memory. */
const isFull = ({ depth }: Memory, address: Node): boolean =>
  BigInt(depth) >= 1n << BigInt(address.width);

/** The condition that an address is inside the memory; nothing where every address is. */
function inside(memory: Memory, address: Node, text: Text): string | undefined {
  const { depth } = memory;
  if (isFull(memory, address)) return undefined;
  return `${operand(text(address))} < ${literal(address.width, BigInt(depth))}`;
}

function write({ memory, address, data, enable }: MemoryWritePort, text: Text): string[] {
  const guard = inside(memory, address, text);
  const always = enable.kind === "constant" && enable.value === 1n;
  const terms = [...(always ? [] : [text(enable)]), ...(guard === undefined ? [] : [guard])];
  return guarded(terms, `${memory.name}[${text(address)}] <= ${text(data)};`);
}

function read({ node, address, enable }: MemoryReadPort, text: Text): string[] {
  const { memory, name } = node;
  const guard = inside(memory, address, text);
  const word = `${memory.name}[${text(address)}]`;
  const value = guard === undefined ? word : `(${guard}) ? ${word} : ${literal(memory.width, 0n)}`;
  const always = enable.kind === "constant" && enable.value === 1n;
  return guarded(always ? [] : [text(enable)], `${name} <= ${value};`);
}

function guarded(terms: readonly string[], statement: string): string[] {
  if (terms.length === 0) return [statement];
  const condition = terms.length === 1 ? terms[0] : terms.map((term) => operand(term)).join(" && ");
  return [`if (${condition}) ${statement}`];
}
