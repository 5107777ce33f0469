import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Device } from "./device.ts";
import type { Part } from "./loss.ts";
import type { NetworkPlan } from "./network.ts";
import { copyTo, parametersIn, sharedMemory, type Weights } from "./parameters.ts";
import { type Answer, localRunner, type Runner, type RunnerTask } from "./runner.ts";

const program = new URL("./worker.js", import.meta.url);
/** Node runs the compiled program in a worker, and the sources not. */
const compiled = import.meta.url.endsWith(".js");

/** Where batches are run, and how. */
export interface WorkersOptions {
  readonly device: Device;
  /** Of a batch: more workers than that would be idle. */
  readonly parts: number;
  /** The weights of a network to learn from. */
  readonly teacher?: Weights | undefined;
  /** Workers, where not all cores are to have one. */
  readonly maximum?: number;
}

/**
 * The losses and gradients of batches, their parts on all cores at once, or one after the other on a graphics processor. Sums are made part by part in the order of the parts, so that
 * they do not depend on how many cores there are.
 */
export class Workers {
  readonly #runners: readonly Runner[];
  readonly #weights: Weights;
  readonly #gradient: Weights;
  #version = 0;

  /** @throws TrainingError where the device cannot be had. */
  static async of(
    plan: NetworkPlan,
    { device, parts, teacher, maximum = availableParallelism() }: WorkersOptions,
  ): Promise<Workers> {
    const weights = sharedMemory(plan.shapes);
    const taught = teacher && sharedMemory(plan.shapes);
    if (teacher && taught) copyTo(parametersIn(taught, plan.shapes), teacher);
    const count = device === "webgpu" ? 1 : Math.min(parts, maximum);
    const task = (): RunnerTask => ({
      plan,
      device,
      weights,
      gradient: sharedMemory(plan.shapes),
      ...(taught && { teacher: taught }),
    });
    const runners =
      compiled && count > 1
        ? Array.from({ length: count }, () => worker(task()))
        : [await localRunner(task())];
    return new Workers(plan, runners, parametersIn(weights, plan.shapes));
  }

  private constructor(plan: NetworkPlan, runners: readonly Runner[], weights: Weights) {
    this.#runners = runners;
    this.#weights = weights;
    this.#gradient = parametersIn(sharedMemory(plan.shapes), plan.shapes);
  }

  /** The weights of all calls that follow. */
  use(weights: Weights): void {
    copyTo(this.#weights, weights);
    this.#version += 1;
  }

  /** The sum of the losses of parts. */
  async loss(parts: readonly Part[]): Promise<number> {
    let sum = 0;
    await this.#each(parts, false, (loss) => {
      sum += loss;
    });
    return sum;
  }

  /** The same with its gradient, which is valid until the next call. */
  async gradient(parts: readonly Part[]): Promise<{ loss: number; gradient: Weights }> {
    for (const values of this.#gradient.values()) values.fill(0);
    let sum = 0;
    await this.#each(parts, true, (loss, slopes) => {
      sum += loss;
      for (const [name, values] of this.#gradient) add(values, slopes.get(name) ?? values);
    });
    return { loss: sum, gradient: this.#gradient };
  }

  async close(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.close()));
  }

  async #each(
    parts: readonly Part[],
    withGradient: boolean,
    take: (loss: number, gradient: Weights) => void,
  ): Promise<void> {
    const version = this.#version;
    for (let first = 0; first < parts.length; first += this.#runners.length) {
      const some = parts.slice(first, first + this.#runners.length);
      const losses = await Promise.all(
        some.map((part, i) => this.#runners[i]?.run({ part, version, withGradient })),
      );
      losses.forEach((loss, i) => {
        take(loss ?? Number.NaN, this.#runners[i]?.gradient ?? new Map());
      });
    }
  }
}

function add(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
}

function worker(task: RunnerTask): Runner {
  const thread = new Worker(program, { workerData: task });
  let [resolve, reject] = [(_: number): void => {}, (_: Error): void => {}];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure = error;
    reject(error);
  };
  thread.on("message", ({ loss }: Answer) => resolve(loss));
  thread.on("error", fail);
  thread.on("exit", (code) => fail(new Error(`a worker ended with status ${code}`)));
  return {
    gradient: parametersIn(task.gradient, task.plan.shapes),
    run: (order) =>
      new Promise((done, failed) => {
        if (failure) failed(failure);
        [resolve, reject] = [done, failed];
        thread.postMessage(order);
      }),
    close: () => thread.terminate(),
  };
}
