import type { CoreParameters } from "../../../hdl/core/parameters.ts";
import { bitLength } from "../../model/core/index.ts";
import { type CoreCounters, Tally, totalOf } from "./counters.ts";
import { DESCRIPTOR_BYTES, type Descriptor, factorBytes, flags } from "./descriptor.ts";
import type { SteadyMemory } from "./memory.ts";
import { WeightStream } from "./weight-stream.ts";

/** What a token's cycles depend on besides the program. */
export interface TokenPlace {
  /** Tokens of the sequence before it. */
  readonly position: number;
  readonly token: number;
}

/** Cycles from the last word of a pass to its end, of a scalar, and from the last beat of a matrix to its end. */
const DRAIN = 4;
const SCALAR = { reciprocal: 21, root: 38 } as const;
const ROWS_DRAIN = 6;
/** Of a descriptor besides its beats: shifts are found. */
const SETUP = 4;

/**
 * The cycles of tokens that share each pass over the weights, from what their descriptors do: those that the circuit counts.
 *
 * @example
 * const program = tinyProgram("int8", 8);
 * const { cycles, counters } = coreCycles(program, [{ position: 0, token: 1 }], { latency: 20, outstanding: 16 });
 * console.log(`${counters.product_cycles} of ${cycles}`); // 314 of 2708
 */
export function coreCycles(
  { core, steps }: { readonly core: CoreSizes; readonly steps: readonly HasDescriptor[] },
  batch: readonly TokenPlace[],
  memory: SteadyMemory,
): { readonly cycles: number; readonly counters: CoreCounters } {
  const cycles = new DescriptorCycles(core, memory);
  const tally = new Tally();
  for (const { descriptor } of steps) {
    for (const place of batch) cycles.add(tally, descriptor, place);
    cycles.addShared(tally, descriptor);
  }
  return { cycles: totalOf(tally), counters: tally.counters };
}

interface HasDescriptor {
  readonly descriptor: Descriptor;
}

type CoreSizes = Pick<CoreParameters, "lanes" | "vectorLanes">;

/** The cycles of single descriptors, on a core with a memory. */
export class DescriptorCycles {
  readonly #lanes: number;
  readonly #vectorLanes: number;
  readonly #interval: number;
  /** Cycles from a request to its first beat. */
  readonly #answer: number;
  readonly #stream: WeightStream;

  constructor({ lanes, vectorLanes }: CoreSizes, memory: SteadyMemory) {
    this.#lanes = lanes;
    this.#vectorLanes = vectorLanes;
    this.#interval = memory.interval ?? 1;
    this.#answer = Math.max(memory.latency, Math.ceil(this.#interval));
    this.#stream = new WeightStream(memory);
  }

  /** Adds the cycles of a descriptor for a token of a batch: from its fetch to its end, without what the batch shares. */
  add(tally: Tally, given: Descriptor, { position, token }: TokenPlace): void {
    const { operation, columns, rows, positions } = given;
    const held = Math.min(position + 1, positions);
    const beats = DESCRIPTOR_BYTES / this.#lanes;
    tally.memory_cycles += this.#answer + this.#gaps(beats, 1);
    tally.sequencing_cycles += beats + SETUP + (operation === "end" ? 0 : 1);
    switch (operation) {
      case "end":
        return;
      case "embed":
        this.#embed(tally, given);
        this.#place(tally, token);
        return;
      case "load":
        this.#load(tally, columns, 2 * columns, this.#lanes / 2);
        this.#place(tally, position);
        return;
      case "product":
        this.#operand(tally, columns + factorBytes(given));
        return;
      case "scores":
        this.#operand(tally, columns);
        this.#rows(tally, given, held, columns);
        return;
      case "means":
        this.#operand(tally, held);
        tally.vector_cycles += SCALAR.reciprocal;
        this.#rows(tally, given, rows, held);
        return;
      case "norm":
        tally.vector_cycles += (columns / rows) * (3 * (this.#words(rows) + DRAIN) + SCALAR.root);
        return;
      case "rotate":
        tally.vector_cycles +=
          (columns / rows) * (2 * this.#words(positions) + this.#words(rows) + DRAIN);
        return;
      case "store":
        tally.vector_cycles += columns * (given.flags & flags.twoTerms ? 3 : 2);
        tally.sequencing_cycles += Math.floor(position / positions) + 1;
        this.#place(tally, position % positions);
        return;
      case "softmax":
        tally.vector_cycles += this.#words(held) + DRAIN;
        return;
      default:
        tally.vector_cycles += this.#words(columns) + DRAIN;
    }
  }

  /** Waits between the beats of a request, of which the core takes one in so many cycles. */
  #gaps(beats: number, period: number): number {
    const interval = this.#interval;
    if (period > 1) return (beats - 1) * (Math.ceil(interval) - 1);
    return Math.ceil((beats - 1) * interval) - (beats - 1);
  }

  #words(elements: number): number {
    return Math.ceil(elements / this.#vectorLanes);
  }

  /** A step of the address for each bit of the index. */
  #place(tally: Tally, index: number): void {
    tally.sequencing_cycles += bitLength(index) + 1;
  }

  /** Whole beats where the last one ends in a factor. */
  #embed(tally: Tally, given: Descriptor): void {
    const { columns } = given;
    const bytes = columns + factorBytes(given);
    const elements = bytes > columns ? Math.ceil(bytes / this.#lanes) * this.#lanes : columns;
    this.#load(tally, elements, bytes, this.#lanes);
  }

  /** @param perBeat elements of a beat */
  #load(tally: Tally, elements: number, bytes: number, perBeat: number): void {
    const gaps = this.#gaps(Math.ceil(bytes / this.#lanes), perBeat / this.#vectorLanes);
    tally.vector_cycles += this.#words(elements);
    tally.memory_cycles += this.#answer + gaps;
  }

  /** Adds what all tokens of a batch share: the rows of a product. */
  addShared(tally: Tally, given: Descriptor): void {
    if (given.operation === "product")
      this.#rows(tally, given, given.rows, given.columns + factorBytes(given));
  }

  /** Whole beats of activations. */
  #operand(tally: Tally, elements: number): void {
    const beats = Math.ceil(elements / this.#lanes);
    tally.vector_cycles += (beats * this.#lanes) / this.#vectorLanes + DRAIN;
  }

  #rows(tally: Tally, given: Descriptor, rows: number, elements: number): void {
    const beats = Math.ceil(elements / this.#lanes);
    const requests = rows * (given.flags & flags.twoTerms ? 2 : 1);
    tally.product_cycles += requests * beats;
    tally.memory_cycles += this.#stream.waits(requests, beats);
    tally.sequencing_cycles += ROWS_DRAIN;
  }
}
