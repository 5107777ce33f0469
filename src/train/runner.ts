import type { Device } from "./device.ts";
import { Loss, type Part } from "./loss.ts";
import type { NetworkPlan } from "./network.ts";
import { parametersIn, type Weights } from "./parameters.ts";

/** What a runner is given. The memory is shared; the gradient is its own to write. */
export interface RunnerTask {
  readonly plan: NetworkPlan;
  readonly device: Device;
  readonly weights: SharedArrayBuffer;
  readonly teacher?: SharedArrayBuffer;
  readonly gradient: SharedArrayBuffer;
}

/** One part to run; the weights have changed where the version has. */
export interface Order {
  readonly part: Part;
  readonly version: number;
  readonly withGradient: boolean;
}

export interface Answer {
  readonly loss: number;
}

/** Runs parts of batches one at a time. */
export interface Runner {
  /** What the last part with a gradient wrote. */
  readonly gradient: Weights;
  run(order: Order): Promise<number>;
  close(): Promise<unknown>;
}

/** Runs them in this thread. */
export async function localRunner(task: RunnerTask): Promise<Runner> {
  const { plan, device, teacher } = task;
  const loss = await Loss.of(plan, device, teacher && parametersIn(teacher, plan.shapes));
  const weights = parametersIn(task.weights, plan.shapes);
  const gradient = parametersIn(task.gradient, plan.shapes);
  let used: number | undefined;
  return {
    gradient,
    async run({ part, version, withGradient }) {
      if (version !== used) loss.use(weights);
      used = version;
      return withGradient ? loss.gradient(part, gradient) : loss.loss(part);
    },
    close: async () => {},
  };
}
