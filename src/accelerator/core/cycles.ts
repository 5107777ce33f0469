import { bitLength } from "../../model/core/index.ts";
import type { CoreCounters } from "./circuit.ts";
import type { CoreProgram } from "./compile.ts";
import { DESCRIPTOR_BYTES, type Descriptor, flags } from "./descriptor.ts";
import type { CoreMemoryModel } from "./memory.ts";

/** A memory that never stalls. */
export type SteadyMemory = Omit<CoreMemoryModel, "stalls">;

/** Cycles from the last word of a pass to its end, of a scalar, and from the last beat of a matrix to its end. */
const DRAIN = 4;
const SCALAR = { reciprocal: 21, root: 38 } as const;
const ROWS_DRAIN = 6;
/** Of a descriptor besides its beats: shifts are found. */
const SETUP = 4;

/** Cycles of a part of the work, by what they count as. */
class Cycles {
  product = 0;
  vector = 0;
  memory = 0;
  sequencing = 0;
}

/**
 * The cycles of a token on the circuit, from what its descriptors do: those that the circuit counts.
 *
 * @param position tokens of the sequence before it
 * @example coreCycles(program, 0, 1, { latency: 20, outstanding: 16 }).counters.product_cycles
 */
export function coreCycles(
  program: CoreProgram,
  position: number,
  token: number,
  memory: SteadyMemory,
): { readonly cycles: number; readonly counters: CoreCounters } {
  const cycles = new Cycles();
  for (const { descriptor } of program.steps) {
    const { lanes } = program.core;
    answered(cycles, memory);
    cycles.sequencing += DESCRIPTOR_BYTES / lanes + SETUP;
    if (descriptor.operation === "end") continue;
    operate(cycles, descriptor, program.core, { position, token, memory });
    cycles.sequencing += 1;
  }
  const { product, vector, memory: waits, sequencing } = cycles;
  return {
    cycles: product + vector + waits + sequencing,
    counters: {
      ...{ product_cycles: product, vector_cycles: vector },
      ...{ memory_cycles: waits, sequencing_cycles: sequencing },
    },
  };
}

/** A request, and the cycles until its first beat. */
function answered(cycles: Cycles, { latency }: SteadyMemory): void {
  cycles.memory += Math.max(1, latency);
}

interface TokenState {
  readonly position: number;
  readonly token: number;
  readonly memory: SteadyMemory;
}

function operate(
  cycles: Cycles,
  given: Descriptor,
  { lanes, vectorLanes }: CoreProgram["core"],
  { position, token, memory }: TokenState,
): void {
  const { operation, columns, rows, positions } = given;
  const held = Math.min(position + 1, positions);
  const words = (elements: number): number => Math.ceil(elements / vectorLanes);
  const pass = (steps: number): void => {
    cycles.vector += steps + DRAIN;
  };
  /** A step of the address for each bit of the index. */
  const place = (index: number): void => {
    cycles.sequencing += bitLength(index) + 1;
  };
  const multiply = (count: number, elements: number): void => {
    const beats = Math.ceil(elements / lanes);
    pass((beats * lanes) / vectorLanes);
    if (operation === "means") cycles.vector += SCALAR.reciprocal;
    const requests = count * (given.flags & flags.twoTerms ? 2 : 1);
    cycles.product += requests * beats;
    cycles.memory += stalls(requests, beats, memory);
    cycles.sequencing += ROWS_DRAIN;
  };
  switch (operation) {
    case "embed":
    case "load":
      place(operation === "embed" ? token : position);
      answered(cycles, memory);
      cycles.vector += words(columns);
      return;
    case "product":
      multiply(rows, columns);
      return;
    case "scores":
      multiply(held, columns);
      return;
    case "means":
      multiply(rows, held);
      return;
    case "norm": {
      const groups = columns / rows;
      cycles.vector += groups * (3 * (words(rows) + DRAIN) + SCALAR.root);
      return;
    }
    case "rotate": {
      const pairs = words(positions);
      cycles.vector += (columns / rows) * (4 * pairs + words(rows) - 2 * pairs + DRAIN);
      return;
    }
    case "store":
      cycles.sequencing += Math.floor(position / positions) + 1;
      place(position % positions);
      cycles.vector += columns * (given.flags & flags.twoTerms ? 3 : 2);
      return;
    case "softmax":
      pass(words(held));
      return;
    default:
      pass(words(columns));
  }
}

/**
 * Cycles in which the matrix unit waits for weights: a request a cycle as long as the memory takes them, answered in order, a
 * beat a cycle.
 */
function stalls(requests: number, beats: number, { latency, outstanding }: SteadyMemory): number {
  const ends = new Float64Array(outstanding);
  let issued = -1;
  let end = -1;
  for (let i = 0; i < requests; i++) {
    const slot = i % outstanding;
    // A place is free in the cycle after the last beat of the request that had it.
    issued = Math.max(issued + 1, i < outstanding ? 0 : (ends[slot] ?? 0) + 1);
    end = Math.max(issued + Math.max(1, latency), end + 1) + beats - 1;
    ends[slot] = end;
  }
  return end + 1 - requests * beats;
}
