import {
  add,
  argmax,
  type Block,
  blockOf,
  type Constant,
  embedding,
  encodeBlock,
  factorOf,
  gated,
  gateTable,
  mantissas,
  means,
  multiply,
  norm,
  product,
  rotary,
  scale,
  scores,
  softmax,
} from "../../model/core/index.ts";
import { CodeMemory } from "./code-memory.ts";
import {
  DESCRIPTOR_BYTES,
  type Descriptor,
  decodeDescriptor,
  factorBytes,
  flags,
  type Operation,
  withFactors,
} from "./descriptor.ts";
import { CoreError, placed } from "./error.ts";
import { decodeHeader, HEADER_BYTES, type ImageHeader } from "./header.ts";
import { VectorMemory } from "./vector-memory.ts";

/** What a token gave. */
export interface TokenResult {
  /** The likeliest next token. */
  readonly token: number;
  /** The classifier's results. */
  readonly results: Block;
}

/**
 * The core at the level of descriptors: it runs an image, without cycles, and gives what the integer model gives, bit for bit.
 * What it reads is checked: every address before it is used, every code for NaN.
 *
 * @example
 * const machine = new CoreMachine(imageOf(tinyProgram("int8", 8)));
 * const { token, results } = machine.next(1);
 * console.log(results.values[token] === Math.max(...results.values)); // true
 */
export class CoreMachine {
  readonly header: ImageHeader;
  readonly #memory: CodeMemory;
  readonly #vectors: VectorMemory;
  readonly #program: readonly Descriptor[];
  readonly #gate: Int32Array;
  #position = 0;
  #token = 0;
  /** Of the row of the embedding that was read last. */
  #factor: Constant | undefined;
  #results: Block | undefined;

  /** @throws CoreError for an image that does not hold together, by the place of what is wrong. */
  constructor(image: Uint8Array) {
    this.header = decodeHeader(image);
    const { memoryBytes, words, descriptors, gate } = this.header;
    this.#memory = new CodeMemory(image, memoryBytes);
    this.#vectors = new VectorMemory(words);
    this.#gate = gateTable(gate);
    this.#program = Array.from({ length: descriptors }, (_, i) =>
      placed(`descriptor ${i}`, () => {
        const start = HEADER_BYTES + i * DESCRIPTOR_BYTES;
        const found = decodeDescriptor(image.subarray(start, start + DESCRIPTOR_BYTES));
        if ((i === descriptors - 1) !== (found.operation === "end"))
          throw new CoreError("the last descriptor, and no other, is end");
        refuseFactors(found);
        return found;
      }),
    );
    if (descriptors === 0) throw new CoreError("image: a program has at least one descriptor, end");
  }

  /** Tokens read so far. */
  get position(): number {
    return this.#position;
  }

  /** All bytes, those of the cache among them. */
  get memory(): Uint8Array {
    return this.#memory.bytes;
  }

  /** The descriptors of the program. */
  get program(): readonly Descriptor[] {
    return this.#program;
  }

  /** Forgets all tokens. */
  reset(): void {
    this.#position = 0;
  }

  /**
   * Reads a token: runs the program once.
   *
   * @param onDescriptor after each descriptor, with what it wrote to the vector memory, if anything
   * @throws CoreError for a token outside the vocabulary, a full cache, and by the number of the descriptor for an address, a
   *   length or a code that cannot be.
   */
  next(
    token: number,
    onDescriptor?: (index: number, written: Block | undefined) => void,
  ): TokenResult {
    const { vocabulary, context } = this.header;
    if (!(Number.isInteger(token) && token >= 0 && token < vocabulary))
      throw new CoreError(`token ${token}: ids are 0 to ${vocabulary - 1}`);
    if (this.#position >= context) throw new CoreError(`the cache has room for ${context} tokens`);
    this.#token = token;
    this.#results = undefined;
    this.#program.forEach((given, index) => {
      placed(`descriptor ${index}, ${given.operation}`, () => {
        const written = this.#run[given.operation](given);
        if (written) this.#vectors.write(given, written);
        onDescriptor?.(index, written);
      });
    });
    this.#position += 1;
    return this.#result();
  }

  #result(): TokenResult {
    if (!this.#results) throw new CoreError("no product of the program keeps its largest result");
    return { token: argmax(this.#results.values), results: this.#results };
  }

  /** What each operation gives: a vector for its target, or nothing where it writes none. */
  readonly #run: Readonly<Record<Operation, (given: Descriptor) => Block | undefined>> = {
    end: () => undefined,
    embed: (given) => {
      const { rows, columns, exponent, stride, address } = given;
      if (this.#token >= rows) throw new CoreError(`row ${this.#token} of ${rows}`);
      const start = this.#memory.address(address + this.#token * stride, columns);
      this.#memory.refuseNaN(this.#token, start, columns);
      const codes = this.#memory.bytes.subarray(start, start + columns);
      const factors = this.#memory.factors(given, this.#token, 1);
      if (factors) this.#factor = factorOf(factors, 0);
      return embedding(codes, exponent);
    },
    load: ({ address, columns, exponent, positionStride }) => {
      const start = address + this.#position * positionStride;
      return blockOf(this.#memory.integers(start, columns), exponent);
    },
    product: (given) => {
      const { rows, columns, shift } = given;
      const input = mantissas(this.#vectors.read(given, "source", columns), this.header.bits);
      const factors = this.#memory.factors(given, 0, rows);
      const sums = this.#memory.sums(given, rows, columns, input);
      const results = product(sums, { exponent: given.exponent + input.exponent, shift, factors });
      if (!(given.flags & flags.largest)) return results;
      this.#results = results;
      return undefined;
    },
    scores: (given) => {
      const { columns, shift } = given;
      const input = mantissas(this.#vectors.read(given, "source", columns), this.header.bits);
      const sums = this.#memory.sums(given, this.#count(given), columns, input);
      const exponent = given.exponent + input.exponent;
      return scores(sums, { exponent, shift, scale: constantOf(given) });
    },
    softmax: (given) => softmax(this.#vectors.read(given, "source", this.#count(given))),
    means: (given) => {
      const count = this.#count(given);
      const input = mantissas(this.#vectors.read(given, "source", count), this.header.bits);
      if (!input.values.some((weight) => weight > 0)) throw new CoreError("no weight is above 0");
      const sums = this.#memory.sums(given, given.rows, count, input);
      return means(sums, input.values, given.exponent);
    },
    norm: (given) => {
      const { rows: group, columns } = given;
      if (group === 0 || columns % group !== 0)
        throw new CoreError(`${columns} elements are no groups of ${group}`);
      const { values, exponent } = this.#vectors.read(given, "other", group);
      const x = this.#vectors.read(given, "source", columns);
      return norm(x, { group, gain: { values, exponent }, epsilon: constantOf(given) });
    },
    rotate: (given) => {
      const { rows: head, columns, positions: pairs } = given;
      if (head === 0 || columns % head !== 0 || 2 * pairs > head)
        throw new CoreError(`${columns} elements, heads of ${head}, ${pairs} pairs`);
      const turns = this.#vectors.read(given, "other", 2 * pairs).values;
      return rotary(this.#vectors.read(given, "source", columns), turns, head);
    },
    store: (given) => {
      this.#store(given);
      return undefined;
    },
    function: (given) => gated(this.#vectors.read(given, "source", given.columns), this.#gate),
    multiply: (given) =>
      multiply(
        this.#vectors.read(given, "source", given.columns),
        this.#vectors.read(given, "other", given.columns),
      ),
    add: (given) =>
      add(
        this.#vectors.read(given, "source", given.columns),
        this.#vectors.read(given, "other", given.columns),
      ),
    scale: (given) => {
      const ofRow = factorBytes(given) > 0;
      if (ofRow && !this.#factor) throw new CoreError("no row with a factor was embedded");
      const factor = (ofRow && this.#factor) || constantOf(given);
      return scale(this.#vectors.read(given, "source", given.columns), factor);
    },
  };

  /** Positions that a cache holds. */
  #count({ positions }: Descriptor): number {
    if (positions === 0) throw new CoreError("a cache of no position");
    return Math.min(this.#position + 1, positions);
  }

  #store(given: Descriptor): void {
    const { columns, address, stride, termStride, positions, positionStride, exponent } = given;
    if (positions === 0) throw new CoreError("a cache of no position");
    const terms = given.flags & flags.twoTerms ? 2 : 1;
    const first = address + (this.#position % positions) * positionStride;
    this.#memory.address(first, (columns - 1) * stride + (terms - 1) * termStride + 1);
    const { codes, saturated } = encodeBlock(
      this.#vectors.read(given, "source", columns),
      exponent,
      terms,
    );
    if (saturated) throw new CoreError("a number is beyond the largest code of the cache");
    codes.forEach((code, i) => {
      const term = i < columns ? 0 : 1;
      this.#memory.bytes[first + term * termStride + (i - term * columns) * stride] = code;
    });
  }
}

/** @throws CoreError for factors of what has none. */
function refuseFactors({ operation, flags: given }: Descriptor): void {
  if (!(given & flags.factors)) return;
  if (!withFactors.includes(operation))
    throw new CoreError(`flag 1: ${operation} has no factors of rows`);
  if (given & flags.twoTerms)
    throw new CoreError("flags 1 and 8: rows of two terms have no factors");
}

const constantOf = ({ mantissa, constantExponent }: Descriptor) => ({
  mantissa,
  exponent: constantExponent,
});
