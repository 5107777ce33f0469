import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { randomWindows, type Windows } from "../train/batches.ts";
import { trainingDefaults as defaults, sentences, writeText } from "../train/index.ts";
import { initialState } from "../train/initial.ts";
import { type Gradient, lossesOf } from "../train/loss.ts";
import { corpusOf } from "../train/text.ts";
import { traineeOf } from "../train/trainee.ts";
import { tensorflowGradient } from "./tensorflow.ts";

/** Loss and gradients of one batch in one library. Keys are those of the JSON. */
export interface TrainRow {
  readonly library: string;
  /** Median over 20 batches; the optimizer is not in it. */
  readonly ms_per_step: number;
  readonly ratio: number;
  /** Of the first batch: the libraries must agree. */
  readonly loss: number;
  readonly install_mb: number;
}

const STEPS = 20;
const TENSORFLOW = ["@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0"];

/**
 * A training step of the default network in @jax-js/jax, and in TensorFlow.js on its WebAssembly backend, which is
 * installed into a temporary folder for the occasion.
 *
 * @throws Error when it cannot be installed.
 */
export async function benchTrain(
  onStep: (done: number, total: number, label: string) => void,
): Promise<readonly TrainRow[]> {
  const corpus = corpusOf(writeText(sentences, 20_000, 1), "characters", defaults.context);
  const vocabulary = corpus.tokenizer.vocabularySize;
  const trainee = traineeOf(defaults, vocabulary);
  const { weights } = initialState(trainee.shapes, { ...defaults, text: "" });
  const size = { count: trainee.batch, length: trainee.context + 1 };
  const folder = mkdtempSync(join(tmpdir(), "rf8-tensorflow-"));
  try {
    onStep(0, 2 * STEPS, "installing TensorFlow.js");
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, ...TENSORFLOW], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const jax = await lossesOf(trainee, vocabulary);
    const tensorflow = await tensorflowGradient(folder, trainee, vocabulary);
    const measure = (library: string, from: number, gradient: (w: Windows) => Gradient) => {
      const at = (step: number): Windows => randomWindows(corpus.training, size, 1, step);
      // The first step compiles.
      const { loss } = gradient(at(0));
      const times = Array.from({ length: STEPS }, (_, step) => {
        onStep(from + step, 2 * STEPS, library);
        const windows = at(step + 1);
        const began = performance.now();
        gradient(windows);
        return performance.now() - began;
      });
      return { library, ms_per_step: median(times), loss };
    };
    const ours = measure("@jax-js/jax", 0, (windows) => jax.gradient(weights, windows));
    const theirs = measure("@tensorflow/tfjs, WASM", STEPS, (w) => tensorflow(weights, w));
    return [
      { ...ours, ratio: 1, install_mb: megabytes(packageFolder("@jax-js/jax")) },
      { ...theirs, ratio: theirs.ms_per_step / ours.ms_per_step, install_mb: megabytes(folder) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of an installed package: the nearest above its entry that has a package.json of that name. */
function packageFolder(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  const isIt = (file: string): boolean =>
    existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === name;
  while (!isIt(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

function megabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return bytes / 1e6;
}
