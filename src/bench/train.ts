import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { randomWindows, type Windows } from "../train/batches.ts";
import {
  newSubject,
  sentences,
  sizeDefaults,
  trainingDefaults,
  writeText,
} from "../train/index.ts";
import { initialState } from "../train/initial.ts";
import { partsOf } from "../train/parts.ts";
import { Workers } from "../train/workers.ts";
import { tensorflowGradient } from "./tensorflow.ts";

/** Loss and gradients of one batch in one library. Keys are those of the JSON. */
export interface TrainRow {
  readonly library: string;
  readonly cores: number;
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
  const text = writeText(sentences, 20_000, 1);
  const { plan, corpus, batch } = newSubject(sizeDefaults, { text, tokens: "characters" });
  const { weights } = initialState({ plan }, trainingDefaults);
  const factor = 1 / (batch * plan.context);
  const folder = mkdtempSync(join(tmpdir(), "rf8-tensorflow-"));
  try {
    onStep(0, 2 * STEPS, "installing TensorFlow.js");
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, ...TENSORFLOW], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const tensorflow = await tensorflowGradient(folder, plan, batch);
    const measure = async (
      library: string,
      cores: number,
      gradient: (windows: Windows) => number | Promise<number>,
    ) => {
      const at = (step: number): Windows =>
        randomWindows(corpus.training, batch, { seed: 1, step });
      // The first step compiles.
      const loss = await gradient(at(0));
      const times: number[] = [];
      for (let step = 1; step <= STEPS; step++) {
        onStep(step, STEPS, library);
        const windows = at(step);
        const began = performance.now();
        await gradient(windows);
        times.push(performance.now() - began);
      }
      return { library, cores, ms_per_step: median(times), loss };
    };
    const ours = async (cores: number) => {
      const workers = await Workers.of(plan, { device: "wasm", parts: 2, maximum: cores });
      try {
        return await measure("@jax-js/jax", cores, async (windows) => {
          workers.use(weights);
          const parts = partsOf(windows, plan.context, "wasm").map((part) => ({
            windows: part,
            counted: plan.context,
            factor,
          }));
          return (await workers.gradient(parts)).loss;
        });
      } finally {
        await workers.close();
      }
    };
    const [both, one] = [await ours(2), await ours(1)];
    const theirs = await measure("@tensorflow/tfjs, WASM", 1, (w) => tensorflow(weights, w));
    const mb = megabytes(packageFolder("@jax-js/jax"));
    return [
      { ...both, ratio: 1, install_mb: mb },
      { ...one, ratio: one.ms_per_step / both.ms_per_step, install_mb: mb },
      { ...theirs, ratio: theirs.ms_per_step / both.ms_per_step, install_mb: megabytes(folder) },
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
