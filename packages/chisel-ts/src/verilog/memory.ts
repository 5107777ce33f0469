import type { Memory, MemoryReadPort, MemoryWritePort, ModuleIr, Node, WriteLane } from "../ir.ts";
import { inside, isFull, wordText } from "./lookup.ts";
import { indent, literal, made, operand, range } from "./text.ts";

type Text = (node: Node) => string;

/** yosys and Quartus build a bypass around a block RAM unless an attribute says that none is needed. */
const unchecked = '(* no_rw_check, ramstyle = "no_rw_check" *) ';

export const declareMemory = ({ name, width, depth, collision, location }: Memory): string =>
  `${collision === "never" ? unchecked : ""}reg ${range(width)}${name} [0:${depth - 1}];  ${made(location)}`;

/** The words at power-up and the ports of a memory. */
export function memoryBlocks(ir: ModuleIr, memory: Memory, text: Text): string[][] {
  const reads = ir.reads.filter(({ node }) => node.memory === memory);
  const writes = ir.writes.filter((write) => write.memory === memory);
  const ports = [
    ...writes.flatMap((port) => write(port, text)),
    ...reads.flatMap((port) => read(port, text)),
    ...collisions(memory, reads, writes, text),
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
  ...ir.writes.flatMap(({ memory, address, data, enable, lanes }) => [
    ...(isFull(memory, address) ? [enable] : [enable, address]),
    ...(lanes?.flatMap((lane) => [address, lane.data, lane.enable]) ?? [address, data]),
  ]),
  ...ir.reads.flatMap((read) =>
    ir.writes
      .filter(({ memory }) => memory === read.node.memory && memory.collision !== "old")
      .flatMap((write) => [
        ...[read.address, read.enable, write.address, write.enable],
        ...(write.memory.collision === "new" ? newData(write) : []),
      ]),
  ),
];

/** What a read that meets a write takes from it. */
const newData = ({ data, lanes }: MemoryWritePort): Node[] =>
  lanes?.flatMap((lane) => [lane.data, lane.enable]) ?? [data];

function write({ memory, address, data, enable, lanes }: MemoryWritePort, text: Text): string[] {
  const guard = inside(memory, address, text(address));
  const terms = [
    ...(isAlways(enable) ? [] : [text(enable)]),
    ...(guard === undefined ? [] : [guard]),
  ];
  const word = `${memory.name}[${text(address)}]`;
  if (!lanes) return guarded(terms, `${word} <= ${text(data)};`);
  const statements = assigned(lanes, text, { word, width: memory.width });
  const condition = terms.map((term) => (terms.length === 1 ? term : operand(term))).join(" && ");
  return terms.length === 0
    ? statements
    : [`if (${condition}) begin`, ...indent(statements), "end"];
}

/** Each lane of a word, where its enable is 1. */
const assigned = (
  lanes: readonly WriteLane[],
  text: Text,
  {
    word,
    width,
    terms = [],
  }: {
    readonly word: string;
    readonly width: number;
    readonly terms?: readonly string[] | undefined;
  },
): string[] =>
  lanes.flatMap(({ high, low, data, enable }) => {
    if (enable.kind === "constant" && enable.value === 0n) return [];
    const bits = width === 1 ? "" : high === low ? `[${high}]` : `[${high}:${low}]`;
    const all = isAlways(enable) ? terms : [...terms, text(enable)];
    return guarded(all, `${word}${bits} <= ${text(data)};`);
  });

function read({ node, address, enable }: MemoryReadPort, text: Text): string[] {
  const value = wordText(node.memory, address, text(address));
  return guarded(isAlways(enable) ? [] : [text(enable)], `${node.name} <= ${value};`);
}

/** What a read gives instead of the old word: statements behind its own. */
function collisions(
  memory: Memory,
  reads: readonly MemoryReadPort[],
  writes: readonly MemoryWritePort[],
  text: Text,
): string[] {
  const { collision, width } = memory;
  if (collision === "old") return [];
  const lines = reads.flatMap((read) =>
    writes.flatMap((write) => {
      const same = read.address === write.address;
      const guard = inside(memory, read.address, text(read.address));
      const terms = [
        ...[read.enable, write.enable].filter((enable) => !isAlways(enable)).map(text),
        ...(same ? [] : [`${operand(text(read.address))} == ${operand(text(write.address))}`]),
        ...(guard === undefined ? [] : [guard]),
      ];
      if (write.lanes && collision === "new") {
        return assigned(write.lanes, text, { word: read.node.name, width, terms });
      }
      const value = collision === "new" ? text(write.data) : `{${width}{1'bx}}`;
      return guarded(terms, `${read.node.name} <= ${value};`);
    }),
  );
  if (collision === "new" || lines.length === 0) return lines;
  return ["`ifdef SYNTHESIS", "`elsif VERILATOR", "`elsif FORMAL", "`else", ...lines, "`endif"];
}

const isAlways = (enable: Node): boolean => enable.kind === "constant" && enable.value === 1n;

function guarded(terms: readonly string[], statement: string): string[] {
  if (terms.length === 0) return [statement];
  const condition = terms.length === 1 ? terms[0] : terms.map((term) => operand(term)).join(" && ");
  return [`if (${condition}) ${statement}`];
}
