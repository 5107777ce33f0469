import { at } from "@chisel-ts/core";
import type * as Jax from "@jax-js/jax";
import type { Windows } from "./batches.ts";
import { checkDevice, type Device } from "./device.ts";
import { type Arrays, type JaxArray, loadJax } from "./jax.ts";
import { type NetworkPlan, networkOf, type TrainedNetwork } from "./network.ts";
import type { Weights } from "./parameters.ts";

/** Windows of a batch, and what they count in its loss. */
export interface Part {
  readonly windows: Windows;
  /** How many of a window's last tokens count. */
  readonly counted: number;
  /** Of the loss of each token: 1 / tokens of the batch. */
  readonly factor: number;
}

/** Where the vectors that were looked up are among the parameters. */
const EMBEDDED = "looked up";

/**
 * The loss of a network: cross-entropy of the text, or its KL divergence from a teacher, a network of the same plan. Loss and gradient
 * are compiled, once for every number of windows; the first call takes some hundred milliseconds more.
 */
export class Loss {
  readonly #jax: typeof Jax;
  readonly #device: Device;
  readonly #network: TrainedNetwork;
  readonly #teacher: Weights | undefined;
  readonly #teacherArrays: Arrays | undefined;
  readonly #teach: (parameters: Arrays) => Taught;
  readonly #alone: LossFunction;
  readonly #withGradient: GradientFunction;
  #weights: Weights = new Map();
  #arrays: Arrays = {};

  static async of(plan: NetworkPlan, device: Device, teacher?: Weights): Promise<Loss> {
    return new Loss(await loadJax(device), device, networkOf(plan), teacher);
  }

  private constructor(
    jax: typeof Jax,
    device: Device,
    network: TrainedNetwork,
    teacher: Weights | undefined,
  ) {
    this.#jax = jax;
    this.#device = device;
    this.#network = network;
    this.#teacher = teacher;
    this.#teacherArrays = teacher && this.#onDevice(teacher);
    const logits = (parameters: Arrays): JaxArray => {
      const { [EMBEDDED]: embedded, ...others } = parameters;
      if (!embedded) throw new RangeError("nothing was looked up");
      const found = network.logits(jax, others, embedded);
      for (const array of Object.values(others)) array.dispose();
      return found;
    };
    const loss = teacher ? divergence(jax) : crossEntropy(jax);
    const whole: LossFunction = (parameters, targets, factor, taught) =>
      loss(logits(parameters), targets, taught).mul(factor);
    this.#teach = jax.jit((parameters: Arrays) => taughtBy(jax, logits(parameters)));
    this.#alone = jax.jit(whole);
    this.#withGradient = jax.jit(jax.valueAndGrad(whole)) as unknown as GradientFunction;
  }

  /** The weights of all calls that follow, until others are given. */
  use(weights: Weights): void {
    this.#jax.defaultDevice(this.#device);
    for (const array of Object.values(this.#arrays)) array.dispose();
    this.#weights = weights;
    this.#arrays = this.#onDevice(weights);
  }

  /** Adds up the losses of the counted tokens. @throws TrainingError where the device fails. */
  async loss(part: Part): Promise<number> {
    const loss = this.#alone(...this.#given(part));
    return at(await this.#read(loss), 0);
  }

  /** The same, and writes its slope by every weight. */
  async gradient(part: Part, gradient: Weights): Promise<number> {
    const [loss, slopes] = this.#withGradient(...this.#given(part));
    const read = Object.entries(slopes).map(
      async ([name, array]) => [name, await this.#read(array)] as const,
    );
    const [sum, found] = [at(await this.#read(loss), 0), new Map(await Promise.all(read))];
    for (const [name, own] of gradient) {
      const slope = found.get(name);
      if (slope) own.set(slope);
      else own.fill(0);
    }
    const { lookUp } = this.#network;
    const [table, embedded] = [gradient.get(lookUp.tensor), found.get(EMBEDDED)];
    if (table && embedded) lookUp.scatter(embedded, part.windows, table);
    return sum;
  }

  async #read(array: JaxArray): Promise<Float32Array> {
    try {
      return (await array.data()) as Float32Array;
    } finally {
      checkDevice(this.#device);
    }
  }

  #given({ windows, counted, factor }: Part): Parameters<LossFunction> {
    this.#jax.defaultDevice(this.#device);
    const { numpy: np } = this.#jax;
    const { predicted } = this.#network;
    const targets = targetsOf(windows, predicted, counted);
    const taught = this.#teacherArrays
      ? this.#teach(this.#with(this.#teacherArrays, this.#teacher ?? new Map(), windows))
      : [];
    return [
      this.#with(this.#arrays, this.#weights, windows),
      np.array(targets, { shape: [targets.length, 1] }),
      np.array(Float32Array.of(factor), { shape: [] }),
      taught,
    ];
  }

  /** The arrays for one call, with the vectors of the windows' tokens. */
  #with(arrays: Arrays, weights: Weights, windows: Windows): Arrays {
    const { tensor, width, gather } = this.#network.lookUp;
    const vectors = gather(weights.get(tensor) ?? new Float32Array(), windows);
    const embedded = this.#jax.numpy.array(vectors, { shape: [vectors.length / width, width] });
    const kept = Object.entries(arrays).map(([name, array]) => [name, array.ref] as const);
    return { ...Object.fromEntries(kept), [EMBEDDED]: embedded };
  }

  #onDevice(weights: Weights): Arrays {
    const { shapes, lookUp, tied } = this.#network;
    const used = [...shapes].filter(([name]) => tied || name !== lookUp.tensor);
    return Object.fromEntries(
      used.map(([name, shape]) => {
        const values = Float32Array.from(weights.get(name) ?? []);
        return [name, this.#jax.numpy.array(values, { shape: [...shape] })];
      }),
    );
  }
}

type LossFunction = (
  parameters: Arrays,
  targets: JaxArray,
  factor: JaxArray,
  taught: Taught,
) => JaxArray;

/** The probabilities of a teacher, and of each vector of them Σ p · log p and Σ p, which rounding keeps off 1; nothing where there is none. */
type Taught = JaxArray[];

type GradientFunction = (...given: Parameters<LossFunction>) => [JaxArray, Arrays];

type TokenLoss = (logits: JaxArray, targets: JaxArray, taught: Taught) => JaxArray;

/** What stands for a target that does not count. */
const NONE = -1;

/** The token that each vector of logits predicts, or `NONE`. */
function targetsOf(
  { tokens, length }: Windows,
  predicted: number,
  counted: number,
): Float32Array<ArrayBuffer> {
  const windows = tokens.length / length;
  return Float32Array.from({ length: windows * predicted }, (_, i) => {
    const place = (i % predicted) + length - predicted;
    if (place < length - counted) return NONE;
    return tokens[Math.floor(i / predicted) * length + place] ?? NONE;
  });
}

/** −log softmax of the target: log Σ exp − the target's logit. */
const crossEntropy =
  ({ numpy: np, nn }: typeof Jax): TokenLoss =>
  (logits, targets) => {
    const ids = np.arange(0, at(logits.shape, 1), 1, { dtype: np.float32 });
    const chosen = np.where(np.equal(targets.ref, ids), logits.ref, 0).sum(-1, { keepdims: true });
    const losses = nn.logsumexp(logits, -1, { keepdims: true }).sub(chosen);
    return np.where(np.greaterEqual(targets, 0), losses, 0).sum();
  };

/** Σ p · (log p − logit + log Σ exp). */
const divergence =
  ({ numpy: np, nn }: typeof Jax): TokenLoss =>
  (logits, targets, [chances, negativeEntropy, total]) => {
    if (!chances || !negativeEntropy || !total) throw new RangeError("there is no teacher");
    const expected = chances.mul(logits.ref).sum(-1, { keepdims: true });
    const normalizer = nn.logsumexp(logits, -1, { keepdims: true });
    const losses = normalizer.mul(total).sub(expected).add(negativeEntropy);
    return np.where(np.greaterEqual(targets, 0), losses, 0).sum();
  };

function taughtBy({ nn, numpy: np }: typeof Jax, logits: JaxArray): Taught {
  const logChances = nn.logSoftmax(logits, -1);
  const chances = np.exp(logChances.ref);
  const entropy = chances.ref.mul(logChances).sum(-1, { keepdims: true });
  return [chances.ref, entropy, chances.sum(-1, { keepdims: true })];
}
