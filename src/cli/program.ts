import { argv, stderr } from "node:process";
import { ChiselError } from "@chisel-ts/core";
import { Command, CommanderError } from "commander";
import { WorkCancelled, WorkError } from "../farm/perform.ts";
import { systemMessage } from "./errors.ts";
import { Stopped } from "./run-commands.ts";
import { version } from "./version.ts";

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, " ");

const program = new Command("rf8")
  .description(
    "RF8 hardware: generate, verify, prove and cost it; train and quantize networks, and run them on it",
  )
  .version(version)
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
  .exitOverride();

/** What adds each command, in the order of the help. A command is loaded where it is named, all where none is. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  list: async () => (await import("./commands/list.ts")).addList,
  generate: async () => (await import("./commands/generate.ts")).addGenerate,
  quantize: async () => (await import("./commands/quantize.ts")).addQuantize,
  dequantize: async () => (await import("./commands/dequantize.ts")).addDequantize,
  export: async () => (await import("./commands/export.ts")).addExport,
  inspect: async () => (await import("./commands/inspect.ts")).addInspect,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  prove: async () => (await import("./commands/prove.ts")).addProve,
  mutate: async () => (await import("./commands/mutate.ts")).addMutate,
  synth: async () => (await import("./commands/synth.ts")).addSynth,
  power: async () => (await import("./commands/power.ts")).addPower,
  compare: async () => (await import("./commands/compare.ts")).addCompare,
  train: async () => (await import("./commands/train.ts")).addTrain,
  evaluate: async () => (await import("./commands/evaluate.ts")).addEvaluate,
  run: async () => (await import("./commands/run.ts")).addRun,
  compile: async () => (await import("./commands/compile.ts")).addCompile,
  simulate: async () => (await import("./commands/simulate.ts")).addSimulate,
  profile: async () => (await import("./commands/profile.ts")).addProfile,
  estimate: async () => (await import("./commands/estimate.ts")).addEstimate,
  report: async () => (await import("./commands/report.ts")).addReport,
  worker: async () => (await import("./commands/worker.ts")).addWorker,
  bench: async () => (await import("./commands/bench.ts")).addBench,
};

async function addCommands(program: Command): Promise<void> {
  const named = argv.slice(2).find((word) => !word.startsWith("-"));
  const one = named !== undefined && Object.hasOwn(commands, named) ? commands[named] : undefined;
  for (const load of one ? [one] : Object.values(commands)) (await load())(program);
}

/** 0 done, 1 a check failed (set by the command itself), 2 bad usage or bad input, 130 stopped by Ctrl-C. */
function exitStatus(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof WorkCancelled || error instanceof Stopped) {
    stderr.write(`${oneLine(error.message)}\n`);
    return 130;
  }
  if (error instanceof ChiselError && !(error instanceof WorkError && error.isDefect)) {
    stderr.write(`error: ${oneLine(error.message)}\n`);
    return 2;
  }
  if (error instanceof Error && "syscall" in error) {
    stderr.write(`error: ${systemMessage(error)}\n`);
    return 2;
  }
  stderr.write(
    `rf8 has a defect; please report this:\n${error instanceof Error ? error.stack : error}\n`,
  );
  return 70;
}

/** Runs the command of the process's arguments and sets its exit status. */
export async function run(): Promise<void> {
  try {
    await addCommands(program);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitStatus(error);
  }
}
