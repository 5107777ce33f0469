import { CoreError } from "./error.ts";
import { roundUp } from "./layout.ts";

/** A vector of the vector memory: its words, and the register of its exponent and span. */
export interface VectorPlace {
  readonly name: string;
  readonly register: number;
  readonly word: number;
  readonly length: number;
}

/** Registers of exponents and spans. */
export const VECTOR_REGISTERS = 32;

/** The vectors of a program by name; a vector has the largest length that is asked for. */
export class Vectors {
  readonly #lengths = new Map<string, number>();
  readonly #lanes: number;
  #places: ReadonlyMap<string, VectorPlace> | undefined;

  /** @param lanes elements of a word of the vector memory, of which every vector is some */
  constructor(lanes: number) {
    this.#lanes = lanes;
  }

  /** Asks for a vector, before any is placed. */
  reserve(name: string, length: number): void {
    if (this.#places) throw new CoreError(`vector ${name}: the vectors are placed already`);
    const words = roundUp(length, this.#lanes);
    this.#lengths.set(name, Math.max(words, this.#lengths.get(name) ?? 0));
  }

  /** Where a vector is. */
  at(name: string): VectorPlace {
    const place = this.#all().get(name);
    if (!place) throw new CoreError(`vector ${name} was not asked for`);
    return place;
  }

  get places(): readonly VectorPlace[] {
    return [...this.#all().values()];
  }

  get words(): number {
    return [...this.#lengths.values()].reduce((sum, length) => sum + length, 0);
  }

  #all(): ReadonlyMap<string, VectorPlace> {
    if (this.#places) return this.#places;
    if (this.#lengths.size > VECTOR_REGISTERS)
      throw new CoreError(
        `${this.#lengths.size} vectors; the core has ${VECTOR_REGISTERS} registers`,
      );
    let word = 0;
    this.#places = new Map(
      [...this.#lengths].map(([name, length], register) => {
        const place = { name, register, word, length };
        word += length;
        return [name, place] as const;
      }),
    );
    return this.#places;
  }
}
