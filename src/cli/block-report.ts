import type { CellBlock, FpgaBlock } from "../cost/index.ts";
import { count, type TableColumn, table } from "./output.ts";

/** Blocks of one circuit together: how many, and the sum of each figure, the largest first. */
function byCircuit<Block extends { readonly circuit: string }, Key extends keyof Block & string>(
  blocks: readonly Block[],
  keys: readonly Key[],
): readonly { readonly circuit: string; readonly figures: readonly number[] }[] {
  const circuits = [...new Set(blocks.map(({ circuit }) => circuit))].map((circuit) => {
    const same = blocks.filter((block) => block.circuit === circuit);
    const sums = keys.map((key) => same.reduce((total, block) => total + Number(block[key]), 0));
    return { circuit, figures: [same.length, ...sums] };
  });
  return circuits.sort((a, b) => (b.figures.at(1) ?? 0) - (a.figures.at(1) ?? 0));
}

function report<Block extends { readonly circuit: string }, Key extends keyof Block & string>(
  blocks: readonly Block[],
  headings: Readonly<Record<Key, string>>,
): string {
  const keys = Object.keys(headings) as Key[];
  const rows = byCircuit(blocks, keys);
  const total = (at: number) => rows.reduce((sum, { figures }) => sum + (figures.at(at) ?? 0), 0);
  const columns: TableColumn<(typeof rows)[number]>[] = [
    { heading: "block", value: ({ circuit }) => circuit },
    ...["instances", ...Object.values<string>(headings)].map((heading, at) => ({
      heading,
      align: "right" as const,
      value: ({ figures }: (typeof rows)[number]) => count(Math.round(figures.at(at) ?? 0)),
    })),
  ];
  const together = { circuit: "together", figures: ["", ...keys].map((_, at) => total(at)) };
  return `${table(columns, [...rows, together])}

Blocks without those inside them, each module mapped for itself.`;
}

/** What each circuit of a design takes in standard cells, its instances together. */
export const cellBlocks = (blocks: readonly CellBlock[]): string =>
  report(blocks, { area_ge: "area GE", sequential_ge: "in flip-flops", cells: "cells" });

/** What each circuit of a design takes of an FPGA, its instances together. */
export const fpgaBlocks = (blocks: readonly FpgaBlock[]): string =>
  report(blocks, {
    luts: "LUTs",
    flip_flops: "flip-flops",
    carries: "carries",
    wide_muxes: "wide muxes",
    dsps: "DSPs",
    block_rams: "block RAMs",
    distributed_rams: "distributed RAMs",
  });
