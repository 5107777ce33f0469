import { readFileSync } from "node:fs";
import { stderr } from "node:process";
import { CircuitError } from "@chisel-ts/core";
import { Command, CommanderError } from "commander";
import { EngineUnavailableError } from "../../sim/index.ts";
import { CoreError } from "../accelerator/core/index.ts";
import { InferenceError } from "../accelerator/run/index.ts";
import { AcceleratorError } from "../accelerator/stimulus/index.ts";
import { CheckpointError } from "../checkpoint/index.ts";
import { CostError } from "../cost/index.ts";
import { FarmError, WorkCancelled, WorkError } from "../farm/index.ts";
import { TrainingError } from "../train/index.ts";
import { addBench } from "./commands/bench.ts";
import { addCompare } from "./commands/compare.ts";
import { addCompile } from "./commands/compile.ts";
import { addDequantize } from "./commands/dequantize.ts";
import { addEstimate } from "./commands/estimate.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExport } from "./commands/export.ts";
import { addGenerate } from "./commands/generate.ts";
import { addInspect } from "./commands/inspect.ts";
import { addList } from "./commands/list.ts";
import { addMutate } from "./commands/mutate.ts";
import { addPower } from "./commands/power.ts";
import { addProve } from "./commands/prove.ts";
import { addQuantize } from "./commands/quantize.ts";
import { addRun } from "./commands/run.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addSynth } from "./commands/synth.ts";
import { addTrain } from "./commands/train.ts";
import { addVerify } from "./commands/verify.ts";
import { addWorker } from "./commands/worker.ts";
import { systemMessage, UsageError } from "./errors.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as { version: string };

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, " ");

const program = new Command("rf8")
  .description(
    "RF8 hardware: generate, verify, prove and cost it; train and quantize networks, and run them on it",
  )
  .version(version)
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
  .exitOverride();

for (const add of [
  addList,
  addGenerate,
  addQuantize,
  addDequantize,
  addExport,
  addInspect,
  addVerify,
  addProve,
  addMutate,
  addSynth,
  addPower,
  addCompare,
  addTrain,
  addEvaluate,
  addRun,
  addCompile,
  addSimulate,
  addEstimate,
  addWorker,
  addBench,
]) {
  add(program);
}

/** 0 done, 1 a check failed (set by the command itself), 2 bad usage or bad input, 130 stopped by Ctrl-C. */
function exitStatus(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const expected = [
    UsageError,
    CircuitError,
    CheckpointError,
    CostError,
    EngineUnavailableError,
    TrainingError,
    InferenceError,
    AcceleratorError,
    CoreError,
    FarmError,
  ];
  if (error instanceof WorkCancelled) {
    stderr.write(`${oneLine(error.message)}\n`);
    return 130;
  }
  const isKnown = error instanceof WorkError && !error.isDefect;
  if (isKnown || expected.some((kind) => error instanceof kind)) {
    stderr.write(`error: ${oneLine((error as Error).message)}\n`);
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
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitStatus(error);
  }
}
