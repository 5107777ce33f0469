import { oneHot, type Windows } from "./batches.ts";
import { type Arrays, type JaxArray, loadJax } from "./jax.ts";
import type { Trainee } from "./trainee.ts";

/** Weights of a network by name, on this side. */
export type Weights = ReadonlyMap<string, Float32Array<ArrayBuffer>>;

/** A loss in nats a token, and its gradient by every weight. */
export interface Gradient {
  readonly loss: number;
  readonly gradient: ReadonlyMap<string, ArrayLike<number>>;
}

export interface Losses {
  /** Mean cross-entropy of all predicted tokens of a batch, with its gradient. */
  gradient(weights: Weights, windows: Windows): Gradient;
  /** The same of the tokens that have context enough, without. */
  loss(weights: Weights, windows: Windows): number;
}

/** Compiles the losses of a network: the first call of each takes some hundred milliseconds more. */
export async function lossesOf(trainee: Trainee, vocabulary: number): Promise<Losses> {
  const jax = await loadJax();
  const { numpy: np, nn } = jax;
  const { batch, context, predicted, counted, shapes } = trainee;
  const length = context + 1;
  const meanOver =
    (tokens: number) =>
    (parameters: Arrays, inputs: JaxArray, targets: JaxArray): JaxArray => {
      const logits = trainee.logits(jax, parameters, inputs);
      const likelihoods = nn.logSoftmax(logits, -1).mul(targets);
      for (const array of Object.values(parameters)) array.dispose();
      return likelihoods.sum().mul(-1 / tokens);
    };
  const withGradient = jax.jit(jax.valueAndGrad(meanOver(batch * predicted)));
  const alone = jax.jit(meanOver(batch * counted));

  const onDevice = (weights: Weights): Arrays =>
    Object.fromEntries(
      [...shapes].map(([name, shape]) => [
        name,
        np.array(weights.get(name) ?? new Float32Array(), { shape: [...shape] }),
      ]),
    );
  const inputsOf = (windows: Windows): JaxArray =>
    np.array(oneHot(windows, [0, context], vocabulary), { shape: [batch * context, vocabulary] });
  const targetsOf = (windows: Windows, count: number): JaxArray =>
    np.array(oneHot(windows, [length - predicted, length], vocabulary, length - count), {
      shape: [batch * predicted, vocabulary],
    });
  return {
    gradient(weights, windows) {
      const [loss, gradient] = withGradient(
        onDevice(weights),
        inputsOf(windows),
        targetsOf(windows, predicted),
      );
      const byName = gradient as Arrays;
      return {
        loss: loss.item(),
        gradient: new Map(
          Object.entries(byName).map(([name, array]) => [name, array.dataSync()] as const),
        ),
      };
    },
    loss: (weights, windows) =>
      alone(onDevice(weights), inputsOf(windows), targetsOf(windows, counted)).item(),
  };
}
