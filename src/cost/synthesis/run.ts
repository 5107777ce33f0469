import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { textsByName } from "@chisel-ts/core";
import { cached, cachePlace } from "../../../tools/cache.ts";
import { yosys, yosysVersion } from "../../../tools/yosys.ts";
import { CostError } from "../error.ts";
import { titleOf, type VerilogDesign } from "./design.ts";

/** Told which command of how many is about to run. */
export type OnStep = (done: number, total: number, command: string) => void;

type Written = Readonly<Record<"netlist.json", string>> & Readonly<Record<string, string>>;

/**
 * What yosys writes, once for equal texts, commands and versions: kept in the user's cache folder, so that a change
 * of what is measured on a netlist does not need the netlist again.
 *
 * @param parts all that the files depend on.
 */
async function writtenOnce(
  parts: readonly string[],
  make: () => Promise<Written>,
): Promise<Written> {
  const file = join(cachePlace("netlists", parts), "files.json.gz");
  if (existsSync(file)) return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Written;
  const written = await make();
  cached("netlists", parts, (folder) => {
    writeFileSync(join(folder, "files.json.gz"), gzipSync(JSON.stringify(written)));
  });
  return written;
}

/** Comments name lines of TypeScript; a line that moves changes no logic. */
const withoutComments = (verilog: string): string => verilog.replaceAll(/\/\/.*$/gm, "");

/**
 * Runs yosys commands on a design and returns the files that they write, the last command's being
 * `netlist.json`.
 *
 * @param files further files that the commands read.
 * @throws CostError with yosys' own words when it fails.
 */
export function runYosys(
  design: VerilogDesign,
  commands: readonly string[],
  files: Readonly<Record<string, string>>,
  onStep: OnStep,
): Promise<Written> {
  const { top, sources } = design;
  const names = Object.keys(sources).map((name) => `"${name}"`);
  const script = [
    `read_verilog ${names.join(" ")}`,
    `hierarchy -check -top ${top}`,
    ...commands,
    "opt_clean",
    "write_json netlist.json",
  ];
  const texts = Object.entries(sources).map(([name, text]) => ({
    name,
    text: withoutComments(text),
  }));
  const read = textsByName([...texts, ...filesOf(files)]);
  const parts = [yosysVersion(), ...script, ...Object.entries(read).flat()];
  return writtenOnce(parts, () => runScript(design, read, script, onStep));
}

async function runScript(
  design: VerilogDesign,
  read: Readonly<Record<string, string>>,
  script: readonly string[],
  onStep: OnStep,
): Promise<Written> {
  onStep(0, script.length, "starting yosys");
  const marked = script.flatMap((command, at) => [`log step ${at} .`, command]);
  const { printed, files: written } = await yosys(read, marked.join("; "), (text) => {
    for (const [, step] of text.matchAll(/^step (\d+) \./gm)) {
      onStep(Number(step), script.length, script[Number(step)]?.split(" ")[0] ?? "");
    }
  });
  const json = written["netlist.json"];
  if (json !== undefined) {
    const made = Object.entries(written).filter(([name]) => !(name in read));
    return { ...Object.fromEntries(made), "netlist.json": json };
  }
  const lines = printed.split("\n");
  const reason =
    lines.find((line) => /ERROR:/.test(line)) ?? lines.findLast((line) => line.trim() !== "");
  throw new CostError(`${titleOf(design)}: yosys failed: ${reason?.trim()}`);
}

const filesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => ({ name, text }));
