import type { CoreParameters } from "../../../hdl/core/parameters.ts";
import { Builder, constantFields, type Step, whole } from "./builder.ts";
import { DESCRIPTOR_BYTES, factorBytes, flags } from "./descriptor.ts";
import { CoreError } from "./error.ts";
import { HEADER_BYTES, type ImageHeader } from "./header.ts";
import { Branch } from "./layer.ts";
import { type Region, roundUp } from "./layout.ts";
import type { CoreNetwork } from "./network.ts";
import type { VectorPlace } from "./vectors.ts";

/** What a program is compiled for, besides the network. */
export interface CompileOptions {
  /** Lanes of the matrix unit, and bytes of a beat of the memory: where every row of a matrix begins. */
  readonly lanes: number;
  /** Elements of a word of the vector memory, a power of two: parts of vectors begin at multiples of it. 1 where it is absent. */
  readonly vectorLanes?: number;
  /** Tokens that share each pass over the weights; 1 where it is absent. */
  readonly batch?: number;
  /** RF8 codes that a number of the cache is the sum of. */
  readonly terms: 1 | 2;
}

/** A network as the core runs it: what is in memory, and what it does for a token. */
export interface CoreProgram {
  readonly header: ImageHeader;
  readonly regions: readonly Region[];
  readonly vectors: readonly VectorPlace[];
  readonly steps: readonly Step[];
  /** The smallest core that runs it. */
  readonly core: CoreParameters;
}

/**
 * Compiles a network to a memory and a program that is the same for every token.
 *
 * @throws CoreError for a number of lanes that is none, and for what the fields of a descriptor do not hold.
 *
 * @example
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const network = coreNetwork(model, { activation: "int8", context: 8 });
 * const { header, steps } = compileCore(network, { lanes: 4, terms: 1 });
 * console.log(header.descriptors === steps.length); // true
 */
export function compileCore(network: CoreNetwork, options: CompileOptions): CoreProgram {
  const { lanes } = options;
  if (!(Number.isInteger(lanes) && lanes >= 1 && lanes <= 1024))
    throw new CoreError(`${lanes} lanes; 1 to 1,024 are possible`);
  const { config, bits, gate } = network;
  const vectorLanes = options.vectorLanes ?? 1;
  refuseParts(network, vectorLanes);
  const builder = new Builder(lanes, vectorLanes);
  token(builder, network, options.terms);
  const descriptors = builder.length;
  const start = roundUp(HEADER_BYTES + descriptors * DESCRIPTOR_BYTES, lanes);
  const imageBytes = builder.contents.place(start);
  const memoryBytes = builder.cache.place(imageBytes);
  const steps = builder.steps();
  return {
    core: {
      activation: network.options.activation,
      lanes,
      vectorLanes,
      function: gate,
      batch: options.batch ?? 1,
      words: builder.vectors.words,
      columns: longest(steps),
    },
    header: {
      descriptors,
      bits,
      gate,
      context: network.options.context,
      imageBytes,
      memoryBytes,
      words: builder.vectors.words,
      vocabulary: config.vocab_size,
    },
    regions: [...builder.contents.regions, ...builder.cache.regions],
    vectors: builder.vectors.places,
    steps,
  };
}

/** The longest vector that the matrix unit takes. */
const longest = (steps: readonly Step[]): number =>
  steps.reduce((maximum, { descriptor }) => {
    const { operation, columns, positions } = descriptor;
    if (operation === "product" || operation === "scores")
      return Math.max(maximum, columns + factorBytes(descriptor));
    return operation === "means" ? Math.max(maximum, positions) : maximum;
  }, 1);

/** Norms, heads and pairs that turn are whole words of the vector memory. */
const partsOf = ({ config, layers }: CoreNetwork) => ({
  hidden_size: config.hidden_size,
  intermediate_size: config.intermediate_size,
  head_dim: config.head_dim,
  "pairs that turn": layers[0]?.turns?.pairs ?? 0,
});

/** The most vector lanes that a core of so many lanes has for a network. */
export const maxVectorLanes = (network: CoreNetwork, lanes: number): number =>
  [8, 4, 2].find(
    (most) =>
      2 * most <= lanes && Object.values(partsOf(network)).every((part) => part % most === 0),
  ) ?? 1;

function refuseParts(network: CoreNetwork, vectorLanes: number): void {
  if (![1, 2, 4, 8].includes(vectorLanes))
    throw new CoreError(`${vectorLanes} vector lanes; 1, 2, 4 or 8 are possible`);
  for (const [name, length] of Object.entries(partsOf(network)))
    if (length % vectorLanes !== 0)
      throw new CoreError(`${name} is ${length}, no multiple of ${vectorLanes} vector lanes`);
}

/** What a token does. */
function token(builder: Builder, network: CoreNetwork, terms: 1 | 2): void {
  const { config, embedding, embeddingScale, layers, finalNorm, classifier } = network;
  const hidden = config.hidden_size;
  const { address, flags: ofRows, stride } = builder.matrix(embedding);
  builder.vectors.reserve("x", hidden);
  const row = embeddingScale ? whole("branch") : whole("x");
  builder.vectors.reserve("branch", hidden);
  builder.emit("embed", embedding.name, { target: row }, () => ({
    rows: embedding.rows,
    columns: hidden,
    exponent: embedding.exponent,
    stride,
    address: address(),
    flags: ofRows,
  }));
  if (embedding.factors)
    builder.emit("scale", "factor of the row", { source: row, target: row }, () => ({
      columns: hidden,
      flags: flags.factors,
    }));
  if (embeddingScale)
    builder.emit("scale", "scale of the embedding", { source: row, target: whole("x") }, () => ({
      columns: hidden,
      ...constantFields(embeddingScale),
    }));
  layers.forEach((layer, index) => {
    builder.layer = index;
    const branch = new Branch(builder, network, layer, index);
    branch.attention(terms);
    branch.feedForward();
  });
  builder.layer = undefined;
  builder.norm("final norm", finalNorm, {
    source: whole("x"),
    target: whole("normed"),
    columns: hidden,
  });
  builder.product(classifier, whole("normed"), undefined);
  builder.emit("end", "the token whose result is the largest", {});
}
