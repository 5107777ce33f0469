import { type Block, spanOf } from "../../model/core/index.ts";
import { allocated } from "./allocate.ts";
import { type Descriptor, flags } from "./descriptor.ts";
import { CoreError } from "./error.ts";
import { VECTOR_REGISTERS } from "./vectors.ts";

/** Which vector of a descriptor. */
type Which = "target" | "source" | "other";

/** The vector memory of a machine, and the registers with the exponent and the span of each vector. */
export class VectorMemory {
  readonly #words: Int32Array;
  readonly #exponents = new Int32Array(VECTOR_REGISTERS);
  readonly #spans = new Uint8Array(VECTOR_REGISTERS);

  /** @throws CoreError when the machine does not have so many words. */
  constructor(words: number) {
    this.#words = allocated(words, "vector memory", (length) => new Int32Array(length));
  }

  #slice(word: number, length: number): Int32Array {
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

  /** @throws CoreError for words or a register that there are not. */
  read(given: Descriptor, which: Which, length: number): Block {
    const register = this.#register(given, which);
    return {
      values: this.#slice(given[which], length),
      exponent: this.#exponents[register] as number,
      span: this.#spans[register] as number,
    };
  }

  /** Writes the target of a descriptor. @throws CoreError for words or a register that there are not. */
  write(given: Descriptor, { values, exponent }: Block): void {
    const register = this.#register(given, "target");
    this.#slice(given.target, values.length).set(values);
    const before = given.flags & flags.spanGoesOn ? (this.#spans[register] as number) : 0;
    this.#exponents[register] = exponent;
    this.#spans[register] = spanOf(values, before);
  }
}
