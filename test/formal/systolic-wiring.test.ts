import type { Module } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { accumulatorBits } from "../../hdl/parameters.ts";
import { systolic } from "../../hdl/systolic/systolic.ts";

type Driver =
  Module["instances"][number]["inputs"] extends ReadonlyMap<string, infer N> ? N : never;

/** A driver as text: the name of an input port, `element.port`, or `0`. */
function named(node: Driver | undefined): string {
  if (node?.kind === "input") return node.name;
  if (node?.kind === "instanceOutput") return `${node.instance}.${node.port}`;
  return node?.kind === "constant" ? String(node.value) : `a ${node?.kind}`;
}

const byName = (entries: Iterable<readonly [string, Driver]>): Record<string, string> =>
  Object.fromEntries([...entries].map(([name, node]) => [name, named(node)]));

/** The wiring that the argument for every size rests on (formal/specification/systolic.ts). */
function expected(rows: number, columns: number) {
  const element = (r: number, c: number) => {
    const above = `r${r - 1}c${c}`;
    const top = r === 0;
    return {
      enable: "enable",
      load: "load",
      weight_in: top ? `weight_${c}` : `${above}.weight_out`,
      activation_in: c === 0 ? `activation_${r}` : `r${r}c${c - 1}.activation_out`,
      sum_in: top ? "0" : `${above}.sum_out`,
      invalid_in: top ? "0" : `${above}.invalid_out`,
    };
  };
  const [rowList, columnList] = [[...Array(rows).keys()], [...Array(columns).keys()]];
  return {
    elements: Object.fromEntries(
      rowList.flatMap((r) => columnList.map((c) => [`r${r}c${c}`, element(r, c)])),
    ),
    outputs: Object.fromEntries(
      columnList.flatMap((c) => [
        [`sum_${c}`, `r${rows - 1}c${c}.sum_out`],
        [`invalid_${c}`, `r${rows - 1}c${c}.invalid_out`],
      ]),
    ),
  };
}

function found({ instances, drivers }: Module) {
  return {
    elements: Object.fromEntries(instances.map(({ name, inputs }) => [name, byName(inputs)])),
    outputs: byName([...drivers].map(([{ name }, node]) => [name, node] as const)),
  };
}

const upTo = (greatest: number): number[] => Array.from({ length: greatest }, (_, i) => i + 1);
const shapes: readonly (readonly [rows: number, columns: number])[] = [
  ...upTo(8).flatMap((rows) => upTo(8).map((columns) => [rows, columns] as const)),
  ...upTo(64).flatMap(
    (side) =>
      [
        [side, 1],
        [1, side],
        [side, 3],
        [3, side],
      ] as const,
  ),
  [64, 64],
];

test.each(["int8", "int16"] as const)(
  "%s arrays of every number of rows and of columns are wired as the proof for every size assumes",
  (activation) => {
    for (const [rows, columns] of shapes) {
      const module = systolic({ activation, rows, columns });
      const width = accumulatorBits({ activation, accumulator: "exact", terms: rows });
      expect(found(module)).toEqual(expected(rows, columns));
      expect(module.registers.size).toBe(0);
      expect([...new Set(module.instances.map((instance) => instance.module))]).toMatchObject([
        { name: "processing_element", parameters: { activation, width } },
      ]);
    }
  },
);
