import type { Lookup, Memory, ModuleIr, Node, Table } from "../ir.ts";
import { addressWidthOf } from "../lookup.ts";
import { isTable } from "../nodes.ts";
import type { Names } from "./names.ts";
import { indent, literal, made, operand, range } from "./text.ts";

/** Whether every address is a word of a memory or table. */
export const isFull = ({ depth }: Memory | Table, address: Node): boolean =>
  BigInt(depth) >= 1n << BigInt(address.width);

/** The condition that an address is inside a memory; nothing where every address is. */
export const inside = (memory: Memory, address: Node, text: string): string | undefined =>
  isFull(memory, address)
    ? undefined
    : `${operand(text)} < ${literal(address.width, BigInt(memory.depth))}`;

/** A word of a memory, 0 beyond its last one. */
export function wordText(memory: Memory, address: Node, text: string): string {
  const guard = inside(memory, address, text);
  const word = `${memory.name}[${text}]`;
  return guard === undefined ? word : `(${guard}) ? ${word} : ${literal(memory.width, 0n)}`;
}

/** The text of a lookup. */
export const lookupText = ({ from, address }: Lookup, text: string): string =>
  isTable(from) ? `${from.name}(${text})` : wordText(from, address, text);

/** The nodes whose text a lookup needs, as often as it needs it. */
export const lookupReads = ({ from, address }: Lookup): Node[] =>
  isTable(from) || isFull(from, address) ? [address] : [address, address];

/** The memories and tables from which something is looked up. */
export const lookedUp = (nodes: Iterable<Node>): ReadonlySet<Memory | Table> =>
  new Set([...nodes].flatMap((node) => (node.kind === "lookup" ? [node.from] : [])));

/** The tables that are looked up, each as a function, which every lookup calls. */
export function tableFunctions(
  { tables }: ModuleIr,
  nodes: Iterable<Node>,
  names: Names,
): string[][] {
  const used = lookedUp(nodes);
  const own = tables.filter((table) => used.has(table));
  if (own.length === 0) return [];
  // A port may be called like the argument, which would hide it.
  const argument = names.unique("address");
  return own.map((table) => tableFunction(table, argument));
}

function tableFunction(
  { name, width, depth, contents, location }: Table,
  argument: string,
): string[] {
  const addressWidth = addressWidthOf(depth);
  const arm = (code: string, word: bigint): string => `${code}: ${name} = ${literal(width, word)};`;
  const arms = contents.map((word, address) => arm(literal(addressWidth, BigInt(address)), word));
  const rest = depth < 2 ** addressWidth ? [arm("default", 0n)] : [];
  return [
    `function ${range(width)}${name};  ${made(location)}`,
    ...indent([
      `input ${range(addressWidth)}${argument};`,
      `case (${argument})`,
      ...indent([...arms, ...rest]),
      "endcase",
    ]),
    "endfunction",
  ];
}
