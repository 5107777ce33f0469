import { textsByName } from "@chisel-ts/core";
import { writtenOnce, yosysVersion } from "#host/src/cost/cache";
import { withoutComments } from "../../../tools/comments.ts";
import { yosys } from "../../../tools/yosys.ts";
import { CostError } from "../error.ts";
import { titleOf, type VerilogDesign } from "./design.ts";

/** Called with which command of how many is about to run. */
export type OnStep = (done: number, total: number, command: string) => void;

type Written = Readonly<Record<"netlist.json", string>> & Readonly<Record<string, string>>;

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
): Promise<Written> {
  const { top, sources, blackBoxes = [] } = design;
  const names = Object.keys(sources).map((name) => `"${name}"`);
  const script = [
    `read_verilog ${names.join(" ")}`,
    // The cells of an FPGA are read by its own flow, which then checks the hierarchy itself.
    `hierarchy ${blackBoxes.length === 0 ? "-check " : ""}-top ${top}`,
    ...commands,
    "opt_clean",
    "write_json netlist.json",
  ];
  const texts = Object.entries(sources).map(([name, text]) => ({
    name,
    text: withoutComments(text),
  }));
  const read = textsByName([...texts, ...filesOf(files)]);
  const parts = [await yosysVersion(), ...script, ...Object.entries(read).flat()];
  return writtenOnce("netlists", parts, () => runScript(design, read, script, onStep));
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
