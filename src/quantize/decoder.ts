import {
  classifierOf,
  Decoder,
  type DecoderConfig,
  EMBEDDING,
  floatLayers,
  isMatrix,
  type LinearLayers,
  layerTensor,
  type Model,
  type ModelTensor,
  projectionsOf,
  rf8Tensor,
  tensorOf,
} from "../network/index.ts";
import { meanProduct } from "./hessian.ts";
import { type MatrixOptions, type QuantizedMatrix, quantizeMatrix } from "./matrix.ts";
import { paletteSums, SharedPalette } from "./matrix-palette.ts";
import { Solver } from "./solver.ts";
import { floatTarget } from "./target.ts";

/** How a decoder is gone through. */
export interface WalkOptions {
  /** Sequential: a matrix sees the inputs that the quantized matrices before it make, and aims at the float network's outputs. */
  readonly target?: "sequential";
  /** Rows of the classifier by their own Hessians, the Fisher information of their logits: rows times the work of one matrix. */
  readonly fisher?: boolean;
  /** Whether a matrix is quantized; all are where it is absent. */
  chosen?(name: string): boolean;
  onMatrix?(done: number, total: number, name: string): void;
}

export interface DecoderOptions extends Omit<MatrixOptions, "palette">, WalkOptions {
  /** One palette for all matrices, the best or a given one; the best for each of them where it is absent. */
  readonly palette?: "shared" | readonly number[];
}

/** The inputs of a matrix's rows: one solver for all, or a function of the row's number. */
export type Solvers = Solver | ((row: number) => Solver);

/**
 * Quantizes a matrix.
 *
 * @param weights row by row
 * @returns the matrix as it then is
 */
export type QuantizeOne = (
  name: string,
  weights: Float64Array,
  shape: readonly number[],
  solvers: Solvers,
) => ModelTensor;

/**
 * Quantizes the matrices of a decoder as `walkDecoder` comes to them.
 *
 * @param sequences tokens that the network reads, every one of each
 */
export function quantizeDecoder(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  { palette: of, ...options }: DecoderOptions,
): ReadonlyMap<string, QuantizedMatrix> {
  const palette = of === "shared" ? sharedPalette(model, sequences, options) : of;
  const how = { ...options, ...(palette && { palette }) };
  const results = new Map<string, QuantizedMatrix>();
  walkDecoder(model, sequences, options, (name, weights, shape, solvers) => {
    const result = quantizeMatrix(weights, shape[1] as number, solvers, how);
    results.set(name, result);
    return tensorOfCodes(shape, result);
  });
  return results;
}

/** The palette that serves all matrices best on the inputs that the float network makes; undefined for 8 bits. */
function sharedPalette(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  { bits, scale, target: _, ...walk }: Omit<DecoderOptions, "palette">,
): readonly number[] | undefined {
  if (bits === 8) return undefined;
  const shared = new SharedPalette();
  walkDecoder(model, sequences, walk, (name, weights, shape, solvers) => {
    const solverOf = typeof solvers === "function" ? solvers : (): Solver => solvers;
    shared.add(paletteSums(weights, shape[1] as number, solverOf, scale));
    return tensorOf(model, name);
  });
  return shared.best(bits);
}

/** A matrix of codes as a tensor. */
export const tensorOfCodes = (
  shape: readonly number[],
  { codes, bias, scales }: QuantizedMatrix,
): ModelTensor => rf8Tensor(shape, { codes, biases: [bias], ...(scales && { scales }) });

/**
 * Has the matrices of a decoder quantized, layer by layer: all tokens of all sequences go through a layer side by side, as the float
 * network has them and, with the sequential target, beside that as the quantized one has them. In memory are the vectors of one layer,
 * and keys and values of all. The embedding, where it is not the classifier too, is looked up and multiplies nothing: its inputs count alike.
 */
export function walkDecoder(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  options: WalkOptions,
  quantize: QuantizeOne,
): void {
  const pass = new Pass(model, options, quantize);
  const decoder = new Decoder(model, pass);
  const read = options.target === undefined ? sequences : [...sequences, ...sequences];
  const steps = read.flatMap((tokens) => {
    const sequence = decoder.sequence(tokens.length);
    return tokens.map((token) => ({ sequence, token }));
  });
  pass.finish(decoder.read(steps));
}

/** Inputs of a matrix. */
interface MatrixInputs {
  readonly float: Float32Array;
  readonly own: Float32Array;
  readonly rows?: ((row: number) => Solver) | undefined;
}

/** A forward pass that quantizes every matrix when it comes to it. */
class Pass implements LinearLayers {
  readonly #model: Model<DecoderConfig>;
  readonly #options: WalkOptions;
  readonly #quantizeOne: QuantizeOne;
  /** Matrices that read the same inputs share what follows from them. */
  readonly #groups: ReadonlyMap<string, string>;
  readonly #total: number;
  #done = 0;
  #shared: { readonly group: string; readonly solver: Solver } | undefined;

  constructor(model: Model<DecoderConfig>, options: WalkOptions, quantize: QuantizeOne) {
    this.#model = model;
    this.#options = options;
    this.#quantizeOne = quantize;
    this.#groups = groupsOf(model.config);
    this.#total = [...model.tensors].filter(([name, tensor]) => this.#has(name, tensor)).length;
  }

  apply(name: string, input: Float32Array, output: Float32Array, vectors = 1): void {
    const tensor = tensorOf(this.#model, name);
    const { float, own } = this.#streams(input);
    const quantized = this.#has(name, tensor)
      ? this.#quantize(name, tensor, { float, own })
      : tensor;
    const half = output.length * (float.length / input.length);
    multiply(tensor, float, output.subarray(0, half), vectors * (float.length / input.length));
    if (own !== float) multiply(quantized, own, output.subarray(half), vectors / 2);
  }

  /** The classifier, and an embedding that is none. @param states what the classifier reads */
  finish(states: Float32Array): void {
    const name = classifierOf(this.#model.config);
    const { float, own } = this.#streams(states);
    const tensor = tensorOf(this.#model, name);
    if (this.#has(name, tensor)) {
      const fisher = this.#options.fisher === true;
      this.#quantize(name, tensor, {
        float,
        own,
        rows: fisher ? fisherSolvers(tensor, this.#logits(tensor, float), own) : undefined,
      });
    }
    const embedding = tensorOf(this.#model, EMBEDDING);
    if (name !== EMBEDDING && this.#has(EMBEDDING, embedding)) {
      const columns = embedding.shape[1] as number;
      const solver = new Solver(identity(columns), columns);
      this.#apply(EMBEDDING, Float64Array.from(embedding.values), embedding.shape, solver);
    }
  }

  #has(name: string, tensor: ModelTensor): boolean {
    return isMatrix(tensor) && (this.#options.chosen?.(name) ?? true);
  }

  /** The vectors of the float network, and those that the quantized matrix reads: the same, or the second half. */
  #streams(input: Float32Array): { readonly float: Float32Array; readonly own: Float32Array } {
    if (this.#options.target === undefined) return { float: input, own: input };
    const half = input.length / 2;
    return { float: input.subarray(0, half), own: input.subarray(half) };
  }

  #quantize(name: string, tensor: ModelTensor, { float, own, rows }: MatrixInputs): ModelTensor {
    const columns = tensor.shape[1] as number;
    const group = this.#groups.get(name) ?? name;
    if (this.#shared?.group !== group)
      this.#shared = { group, solver: new Solver(meanProduct(own, own, columns), columns) };
    const { solver } = this.#shared;
    const given = Float64Array.from(tensor.values);
    const weights =
      own === float
        ? given
        : floatTarget(
            { weights: given, columns },
            { float, quantized: own, hessian: solver.hessian },
          );
    return this.#apply(name, weights, tensor.shape, rows ?? solver);
  }

  /** What the float network's classifier makes of states, before scale and cap. */
  #logits(tensor: ModelTensor, states: Float32Array): Float32Array {
    const [vocabulary = 0, hidden = 1] = tensor.shape;
    const vectors = states.length / hidden;
    const logits = new Float32Array(vectors * vocabulary);
    multiply(tensor, states, logits, vectors);
    return logits;
  }

  #apply(
    name: string,
    weights: Float64Array,
    shape: readonly number[],
    solvers: Solvers,
  ): ModelTensor {
    this.#options.onMatrix?.(this.#done, this.#total, name);
    this.#done += 1;
    return this.#quantizeOne(name, weights, shape, solvers);
  }
}

/**
 * The inputs of each row of the classifier weighted by p · (1 − p), the second derivative of the loss by its logit, p being the float
 * network's probability of its token.
 *
 * @param logits of the float network, one of each row for every vector; they become the weights
 */
function fisherSolvers(
  { shape }: ModelTensor,
  logits: Float32Array,
  inputs: Float32Array,
): (row: number) => Solver {
  const [rows = 0, columns = 1] = shape;
  const vectors = inputs.length / columns;
  for (let t = 0; t < vectors; t++) {
    const row = logits.subarray(t * rows, (t + 1) * rows);
    const maximum = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - maximum);
    for (let v = 0; v < rows; v++) {
      const p = Math.exp((row[v] as number) - maximum) / sum;
      row[v] = p * (1 - p);
    }
  }
  let known: { readonly row: number; readonly solver: Solver } | undefined;
  return (row) => {
    if (known?.row !== row) {
      const weights = Float64Array.from(
        { length: vectors },
        (_, t) => logits[t * rows + row] as number,
      );
      known = { row, solver: new Solver(meanProduct(inputs, inputs, columns, weights), columns) };
    }
    return known.solver;
  };
}

function multiply(
  tensor: ModelTensor,
  input: Float32Array,
  output: Float32Array,
  vectors: number,
): void {
  const layers = floatLayers({ tensors: new Map([["matrix", tensor]]) });
  layers.apply("matrix", input, output, vectors);
}

/** From the matrices of a projection to its first. */
function groupsOf(config: DecoderConfig): Map<string, string> {
  const groups = new Map<string, string>();
  config.layers.forEach((_, layer) => {
    for (const { parts } of Object.values(projectionsOf(config)))
      for (const { name } of parts)
        groups.set(layerTensor(layer, name), layerTensor(layer, parts[0]?.name ?? name));
  });
  return groups;
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let j = 0; j < n; j++) matrix[j * n + j] = 1;
  return matrix;
}
