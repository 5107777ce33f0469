import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { textsByName } from "@chisel-ts/core";
import { yosys } from "../../../formal/yosys.ts";
import { CostError } from "../error.ts";
import { titleOf, type VerilogDesign } from "./design.ts";

/** Told which command of how many is about to run. */
export type OnStep = (done: number, total: number, command: string) => void;

/** Which yosys runs, read without loading it. */
export function yosysVersion(): string {
  const bundle = createRequire(import.meta.url).resolve("@yowasp/yosys");
  const { name, version } = JSON.parse(
    readFileSync(join(bundle, "..", "..", "package.json"), "utf8"),
  ) as { name: string; version: string };
  return `${name} ${version}`;
}

/**
 * Runs yosys commands on a design and returns the files that they write, the last command's being
 * `netlist.json`.
 *
 * @param files further files that the commands read.
 * @throws CostError with yosys' own words when it fails.
 */
export async function runYosys(
  design: VerilogDesign,
  commands: readonly string[],
  files: Readonly<Record<string, string>>,
  onStep: OnStep,
): Promise<Readonly<Record<"netlist.json", string>> & Readonly<Record<string, string>>> {
  const { top, sources } = design;
  const names = Object.keys(sources).map((name) => `"${name}"`);
  const script = [
    `read_verilog ${names.join(" ")}`,
    `hierarchy -check -top ${top}`,
    ...commands,
    "opt_clean",
    "write_json netlist.json",
  ];
  onStep(0, script.length, "starting yosys");
  const marked = script.flatMap((command, at) => [`log step ${at} .`, command]);
  const { printed, files: written } = await yosys(
    textsByName([sources, files].flatMap(filesOf)),
    marked.join("; "),
    (text) => {
      for (const [, step] of text.matchAll(/^step (\d+) \./gm)) {
        onStep(Number(step), script.length, script[Number(step)]?.split(" ")[0] ?? "");
      }
    },
  );
  const json = written["netlist.json"];
  if (json !== undefined) return { ...written, "netlist.json": json };
  const lines = printed.split("\n");
  const reason =
    lines.find((line) => /ERROR:/.test(line)) ?? lines.findLast((line) => line.trim() !== "");
  throw new CostError(`${titleOf(design)}: yosys failed: ${reason?.trim()}`);
}

const filesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => ({ name, text }));
