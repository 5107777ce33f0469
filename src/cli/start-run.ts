import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { argv, execPath, stderr, stdout } from "node:process";
import { emitDesign } from "@chisel-ts/core";
import { accelerator } from "../../hdl/accelerator/accelerator.ts";
import { mac } from "../../hdl/mac.ts";
import { engines, failureText } from "../../sim/index.ts";
import { estimate, workloadOf } from "../accelerator/estimate/index.ts";
import { packageOf } from "../accelerator/package/index.ts";
import { InferenceError, prepare, type Simulated, simulate } from "../accelerator/run/index.ts";
import { CheckpointError, openCheckpoint, quantizeCheckpoint } from "../checkpoint/index.ts";
import { isDecoder, quantizeWhole, readModel } from "../network/index.ts";
import {
  entropyRate,
  newSubject,
  sentences,
  sizeDefaults,
  train,
  trainingDefaults,
  writeText,
} from "../train/index.ts";
import { referenceOf } from "../verification/model-of.ts";
import { RandomStimulus } from "../verification/stimulus.ts";
import { verify } from "../verification/verify.ts";
import { dotProducts, rf8Matrices } from "../verification/weights.ts";
import { commandLine } from "./command-line.ts";
import { quantizeColumns } from "./commands/quantize.ts";
import { systemMessage } from "./errors.ts";
import { count, progress, seconds, table } from "./output.ts";
import { main } from "./run-commands.ts";
import { version } from "./version.ts";
import { writeFiles } from "./write-files.ts";

const folder = "rf8-output";
const [CLOCK_MHZ, TOKENS] = [500, 60];
const parameters = accelerator.complete({ activation: "int16", lanes: 16, rows: 4 });

const say = (step: string, text: string): void => void stdout.write(`${step.padEnd(13)}${text}\n`);

/** A network to work on where none is given: a small Llama that learns the sentences of a grammar in seconds. */
async function trained(): Promise<string> {
  const path = join(folder, "model");
  for (const old of [path, `${path}.training.safetensors`])
    rmSync(old, { recursive: true, force: true });
  const options = { ...trainingDefaults, steps: 300, learningRate: 1e-2 };
  const bar = progress("steps");
  const began = performance.now();
  const text = writeText(sentences, 100_000, 1);
  const size = { hidden: 32, context: 32 };
  const subject = newSubject({ ...sizeDefaults, ...size }, { text, tokens: "characters" });
  const { history, parameters, resumedFrom, tokensPerSecond } = await train(
    path,
    subject,
    options,
    { onStep: (step, steps, loss) => bar.update(step, steps, `loss ${loss.toFixed(3)}`) },
  ).finally(bar.stop);
  const floor = entropyRate(sentences);
  // What this command prints with --json, and the floor of the text, which the command cannot know.
  const command = commandLine([
    ...["train", "-o", path, "--text", join(folder, "text.txt"), "--steps", String(options.steps)],
    ...["--learning-rate", String(options.learningRate)],
    ...Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ]);
  const document = {
    command,
    rf8_version: version,
    output: path,
    parameters,
    resumed_from: resumedFrom,
    tokens_per_s: tokensPerSecond,
    floor_nats: floor,
    history,
  };
  writeFiles(folder, [
    { name: "text.txt", text },
    { name: "training.json", text: `${JSON.stringify(document, null, 2)}\n` },
  ]);
  const loss = history.at(-1)?.validation_loss ?? Number.NaN;
  say(
    "1  Train",
    `a Llama of ${count(parameters)} parameters, ${options.steps} steps in ${seconds((performance.now() - began) / 1000)}: loss ${loss.toFixed(3)}, floor ${floor.toFixed(3)} nats a character; ${path}/`,
  );
  return path;
}

function generated(): void {
  const [core, unit] = [join(folder, "accelerator"), join(folder, "mac")];
  const { design, around } = packageOf(accelerator(parameters));
  const { files } = design;
  writeFiles(core, [...files, ...around]);
  const { files: parts } = emitDesign(mac());
  writeFiles(unit, parts);
  const lines = (texts: readonly { text: string }[]): string =>
    count(texts.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0));
  say(
    "2  Generate",
    `the accelerator, 4 × 16 lanes: ${lines(files)} lines of Verilog and its testbench in ${core}/; the MAC: ${lines(parts)} lines in ${unit}/`,
  );
}

/** @returns where the RF8 weights are */
async function quantized(input: string): Promise<string> {
  const file = statSync(input).isFile() && !input.endsWith(".bin");
  const output = join(folder, file ? "rf8.safetensors" : "rf8");
  rmSync(output, { recursive: true, force: true });
  const bar = progress("bytes");
  const options = {
    rounding: "nearest",
    bias: "max",
    granularity: "tensor",
    nan: "error",
    seed: 1,
  } as const;
  const quantize = input.endsWith(".bin") ? quantizeWhole : quantizeCheckpoint;
  const { tensors, kept } = await quantize(input, output, options, bar.update).finally(bar.stop);
  say(
    "3  Quantize",
    `${input} to ${output}: ${tensors.length} tensors to RF8, ${kept.length} kept\n`,
  );
  stdout.write(`${table(quantizeColumns, tensors).replaceAll(/^/gm, "   ")}\n\n`);
  return output;
}

async function verified(weights: string): Promise<void> {
  const checkpoint = openCheckpoint(weights);
  const matrices = rf8Matrices(checkpoint);
  const top = mac();
  const blocks = dotProducts(top, checkpoint, matrices, new RandomStimulus(top, 1));
  const verdict = await verify(top, { reference: referenceOf(top), blocks });
  checkpoint.close();
  const rows = matrices.reduce((sum, { shape: [first = 0] }) => sum + first, 0);
  say(
    "4  Verify",
    `${count(rows)} rows as dot products on the simulated MAC: ${count(verdict.vectors)} cycles, ${count(verdict.mismatches)} mismatches with the model, ${seconds(verdict.seconds)}`,
  );
  for (const failure of verdict.checks) stdout.write(`${failureText(failure)}\n`);
  if (verdict.mismatches > 0 || verdict.checks.length > 0) process.exitCode = 1;
}

function simulated(path: string): void {
  const model = readModel(path);
  const longest = isDecoder(model) ? model.config.max_position_embeddings : TOKENS;
  const tokens = Math.min(TOKENS, longest - 1);
  const bar = progress("tokens");
  const options = {
    accelerator: parameters,
    simulator: engines.wasm,
    prompt: "",
    tokens,
    onToken: (done: number) => bar.update(done, tokens, "accelerator"),
  };
  const prepared = prepare(model, options);
  let run: Simulated;
  try {
    run = simulate(prepared, options);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    say("5  Simulate", `skipped: ${error.message}`);
    return;
  } finally {
    bar.stop();
    prepared.executor.close();
  }
  say(
    "5  Simulate",
    `${count(tokens)} tokens on the accelerator's RTL, ${count(run.cycles)} cycles, ${seconds(run.wall_s)}; every sum and counter equal to the models'`,
  );
  say("", JSON.stringify(run.text ?? run.tokens.join(" ")));

  const machine = {
    accelerator: parameters,
    memory: { bandwidth: 64, latency: 0 },
    clock_mhz: CLOCK_MHZ,
  };
  const shapes = new Map([...model.tensors].map(([name, { shape }]) => [name, shape]));
  const demand = { context: longest, batch: 1 };
  const { decode } = estimate(workloadOf(model.config, shapes), machine, demand);
  say(
    "6  Estimate",
    `${count(decode.cycles)} cycles a token (${count(decode.accelerator_cycles)} of the accelerator, as simulated), ${count(Math.round(decode.tokens_per_s))} tokens/s at ${CLOCK_MHZ} MHz, ${count(Math.round(decode.area_ge ?? 0))} GE, ${(decode.energy_j * 1e6).toPrecision(3)} µJ a token, bound by ${decode.bound_by}`,
  );
}

/** One page of the network, from documents that have been written and what the commands say. */
function reported(input: string, documents: readonly string[]): void {
  const page = join(folder, "report.html");
  const args = ["report", input, "-o", page, ...documents.flatMap((file) => ["--with", file])];
  const { status, stdout: said } = spawnSync(execPath, [main, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  say("7  Report", status === 2 ? `npx ${commandLine(args)} failed` : said.trim());
  if (status !== 0) process.exitCode ||= status ?? 1;
}

async function steps(): Promise<void> {
  const given = argv[2];
  mkdirSync(folder, { recursive: true });
  const input = given ?? (await trained());
  if (given !== undefined) say("1  Train", `skipped: ${given} is given`);
  generated();
  const output = await quantized(input);
  await verified(output);
  if (statSync(output).isFile() || !existsSync(join(output, "config.json"))) {
    say(
      "5  Simulate",
      `skipped: ${input} is weights alone; a folder with config.json is a network`,
    );
  } else simulated(output);
  reported(input, given === undefined ? [join(folder, "training.json")] : []);
  stdout.write(
    `\n   Next: make -C ${join(folder, "accelerator")}, npx rf8 list, npx rf8 estimate ${output}\n`,
  );
}

/** `npm start [-- CHECKPOINT]`: the whole story, from training to tokens on hardware, on one page. */
export async function start(): Promise<void> {
  if (argv.length > 3 || (argv[2] !== undefined && !existsSync(argv[2]))) {
    stderr.write(
      `error: npm start takes one checkpoint at most; ${argv[2]} ${argv.length > 3 ? "and more were given" : "does not exist"}\n`,
    );
    process.exitCode = 2;
  } else {
    try {
      await steps();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const known =
        error instanceof CheckpointError
          ? error.message
          : "syscall" in error
            ? systemMessage(error)
            : undefined;
      if (known === undefined) throw error;
      stderr.write(`error: ${known}\n`);
      process.exitCode = 2;
    }
  }
}
