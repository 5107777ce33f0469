import {
  add,
  argmax,
  type Block,
  blockOf,
  embedding,
  encodeBlock,
  gated,
  gateTable,
  type Mantissas,
  mantissas,
  means,
  multiply,
  norm,
  product,
  rotary,
  rowSums,
  scale,
  scores,
  softmax,
  spanOf,
} from "../../model/core/index.ts";
import { isNaNCode } from "../../model/index.ts";
import { FACTOR_BYTES } from "./contents.ts";
import {
  DESCRIPTOR_BYTES,
  type Descriptor,
  decodeDescriptor,
  flags,
  type Operation,
} from "./descriptor.ts";
import { CoreError } from "./error.ts";
import { decodeHeader, HEADER_BYTES, type ImageHeader } from "./header.ts";
import { VECTOR_REGISTERS } from "./vectors.ts";

type Which = "target" | "source" | "other";

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
  readonly #memory: Uint8Array;
  readonly #view: DataView;
  readonly #words: Int32Array;
  readonly #exponents = new Int32Array(VECTOR_REGISTERS);
  readonly #spans = new Uint8Array(VECTOR_REGISTERS);
  readonly #program: readonly Descriptor[];
  readonly #gate: Int32Array;
  #position = 0;
  #token = 0;
  #results: Block | undefined;

  /** @throws CoreError for an image that does not hold together, by the place of what is wrong. */
  constructor(image: Uint8Array) {
    this.header = decodeHeader(image);
    const { memoryBytes, words, descriptors, gate } = this.header;
    this.#memory = allocated(memoryBytes, "memory", (length) => new Uint8Array(length));
    this.#memory.set(image);
    this.#view = new DataView(this.#memory.buffer);
    this.#words = allocated(words, "vector memory", (length) => new Int32Array(length));
    this.#gate = gateTable(gate);
    this.#program = Array.from({ length: descriptors }, (_, i) =>
      placed(`descriptor ${i}`, () => {
        const start = HEADER_BYTES + i * DESCRIPTOR_BYTES;
        const found = decodeDescriptor(image.subarray(start, start + DESCRIPTOR_BYTES));
        if ((i === descriptors - 1) !== (found.operation === "end"))
          throw new CoreError("the last descriptor, and no other, is end");
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
    return this.#memory;
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
        if (written) this.#write(given, written);
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
      const start = this.#bytes(address + this.#token * stride, columns);
      this.#refuseNaN(this.#token, start, columns);
      const codes = this.#memory.subarray(start, start + columns);
      const factors = this.#factors(given, this.#token, 1);
      const factor = factors && {
        mantissa: factors.mantissas[0] as number,
        exponent: -(factors.shifts[0] as number),
      };
      return embedding(codes, exponent, factor);
    },
    load: ({ address, columns, exponent, positionStride }) => {
      const start = this.#bytes(address + this.#position * positionStride, 2 * columns);
      const values = Int32Array.from({ length: columns }, (_, i) =>
        this.#view.getInt16(start + 2 * i, true),
      );
      return blockOf(values, exponent);
    },
    product: (given) => {
      const { rows, columns, shift } = given;
      const input = mantissas(this.#read(given, "source", columns), this.header.bits);
      const sums = this.#sums(given, rows, columns, input);
      const factors = this.#factors(given, 0, rows);
      const results = product(sums, { exponent: given.exponent + input.exponent, shift, factors });
      if (!(given.flags & flags.largest)) return results;
      this.#results = results;
      return undefined;
    },
    scores: (given) => {
      const { columns, shift } = given;
      const input = mantissas(this.#read(given, "source", columns), this.header.bits);
      const sums = this.#sums(given, this.#count(given), columns, input);
      const exponent = given.exponent + input.exponent;
      return scores(sums, { exponent, shift, scale: constantOf(given) });
    },
    softmax: (given) => softmax(this.#read(given, "source", this.#count(given))),
    means: (given) => {
      const count = this.#count(given);
      const input = mantissas(this.#read(given, "source", count), this.header.bits);
      if (!input.values.some((weight) => weight > 0)) throw new CoreError("no weight is above 0");
      const sums = this.#sums(given, given.rows, count, input);
      return means(sums, input.values, given.exponent);
    },
    norm: (given) => {
      const { rows: group, columns } = given;
      if (group === 0 || columns % group !== 0)
        throw new CoreError(`${columns} elements are no groups of ${group}`);
      const { values, exponent } = this.#read(given, "other", group);
      const x = this.#read(given, "source", columns);
      return norm(x, { group, gain: { values, exponent }, epsilon: constantOf(given) });
    },
    rotate: (given) => {
      const { rows: head, columns, positions: pairs } = given;
      if (head === 0 || columns % head !== 0 || 2 * pairs > head)
        throw new CoreError(`${columns} elements, heads of ${head}, ${pairs} pairs`);
      const turns = this.#read(given, "other", 2 * pairs).values;
      return rotary(this.#read(given, "source", columns), turns, head);
    },
    store: (given) => {
      this.#store(given);
      return undefined;
    },
    function: (given) => gated(this.#read(given, "source", given.columns), this.#gate),
    multiply: (given) =>
      multiply(
        this.#read(given, "source", given.columns),
        this.#read(given, "other", given.columns),
      ),
    add: (given) =>
      add(this.#read(given, "source", given.columns), this.#read(given, "other", given.columns)),
    scale: (given) => scale(this.#read(given, "source", given.columns), constantOf(given)),
  };

  /** Positions that a cache holds. */
  #count({ positions }: Descriptor): number {
    if (positions === 0) throw new CoreError("a cache of no position");
    return Math.min(this.#position + 1, positions);
  }

  #words32(word: number, length: number): Int32Array {
    if (word + length > this.#words.length)
      throw new CoreError(
        `words ${word} to ${word + length - 1}; the vector memory has ${this.#words.length}`,
      );
    return this.#words.subarray(word, word + length);
  }

  #register(given: Descriptor, which: Which): number {
    const register = given[`${which}Vector`];
    if (register >= VECTOR_REGISTERS)
      throw new CoreError(`vector register ${register}; there are ${VECTOR_REGISTERS}`);
    return register;
  }

  #read(given: Descriptor, which: Which, length: number): Block {
    const register = this.#register(given, which);
    return {
      values: this.#words32(given[which], length),
      exponent: this.#exponents[register] as number,
      span: this.#spans[register] as number,
    };
  }

  #write(given: Descriptor, { values, exponent }: Block): void {
    const register = this.#register(given, "target");
    this.#words32(given.target, values.length).set(values);
    const before = given.flags & flags.spanGoesOn ? (this.#spans[register] as number) : 0;
    this.#exponents[register] = exponent;
    this.#spans[register] = spanOf(values, before);
  }

  /** The address of so many bytes. */
  #bytes(address: number, length: number): number {
    if (address + length > this.#memory.length)
      throw new CoreError(
        `bytes ${address} to ${address + length - 1}; the memory has ${this.#memory.length}`,
      );
    return address;
  }

  /** Sums of rows in memory, over both terms where there are two. */
  #sums(given: Descriptor, rows: number, columns: number, input: Mantissas): Float64Array {
    const { address, stride, termStride } = given;
    const matrix = { codes: this.#memory, rows, columns, stride };
    const term = (start: number): Float64Array => {
      this.#bytes(start, rows === 0 ? 0 : (rows - 1) * stride + columns);
      const sums = rowSums({ ...matrix, start }, input);
      const row = sums.findIndex(Number.isNaN);
      if (row >= 0) this.#refuseNaN(row, start + row * stride, columns);
      return sums;
    };
    const first = term(address);
    if (!(given.flags & flags.twoTerms)) return first;
    const second = term(address + termStride);
    return first.map((sum, row) => sum + (second[row] as number));
  }

  /** @param start of the row */
  #refuseNaN(row: number, start: number, columns: number): void {
    const column = this.#memory.subarray(start, start + columns).findIndex(isNaNCode);
    if (column >= 0)
      throw new CoreError(
        `row ${row}, column ${column}: the code is NaN (0x80), byte ${start + column}`,
      );
  }

  #factors(given: Descriptor, first: number, rows: number) {
    if (!(given.flags & flags.factors)) return undefined;
    const start = this.#bytes(given.factors + first * FACTOR_BYTES, rows * FACTOR_BYTES);
    const mantissas = new Uint16Array(rows);
    const shifts = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      mantissas[row] = this.#view.getUint16(start + row * FACTOR_BYTES, true);
      shifts[row] = this.#view.getUint8(start + row * FACTOR_BYTES + 2);
    }
    return { mantissas, shifts };
  }

  #store(given: Descriptor): void {
    const { columns, address, stride, termStride, positions, positionStride, exponent } = given;
    if (positions === 0) throw new CoreError("a cache of no position");
    const terms = given.flags & flags.twoTerms ? 2 : 1;
    const first = address + (this.#position % positions) * positionStride;
    this.#bytes(first, (columns - 1) * stride + (terms - 1) * termStride + 1);
    const { codes, saturated } = encodeBlock(this.#read(given, "source", columns), exponent, terms);
    if (saturated) throw new CoreError("a number is beyond the largest code of the cache");
    codes.forEach((code, i) => {
      const term = i < columns ? 0 : 1;
      this.#memory[first + term * termStride + (i - term * columns) * stride] = code;
    });
  }
}

const constantOf = ({ mantissa, constantExponent }: Descriptor) => ({
  mantissa,
  exponent: constantExponent,
});

/** Puts the place before what is said of it. */
function placed<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CoreError) throw new CoreError(`${place}: ${error.message}`);
    throw error;
  }
}

function allocated<T>(length: number, what: string, make: (length: number) => T): T {
  try {
    return make(length);
  } catch {
    throw new CoreError(`image: a ${what} of ${length} is more than this machine gives`);
  }
}
