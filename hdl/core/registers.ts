import { bitsFor, bool, enumeration, register, sint, uint } from "@chisel-ts/core";
import { tabulate } from "../tabulate.ts";
import { descriptorBytes } from "./descriptor.ts";
import { addressBits, type CoreParameters } from "./parameters.ts";
import { scalarBits } from "./scalar.ts";

export const coreStates = enumeration("state", [
  "Idle",
  "Fetch",
  "Descriptor",
  "Read",
  "Setup",
  "Modulo",
  "Address",
  "Request",
  "Stream",
  "Pass",
  "Drain",
  "Scalar",
  "ScalarWait",
  "Rows",
  "RowsDrain",
  "Element",
  "Store",
  "Finish",
]);

/** Words of the vector memory. */
export const wordType = ({ words, vectorLanes }: CoreParameters) =>
  uint(bitsFor(words / vectorLanes - 1));

const number = (name: string) => register(name, uint(32), { reset: 0 });
const flag = (name: string) => register(name, bool(), { reset: 0 });

/** A token of a batch: what it is, how many of its sequence came before it, and how far its cache is from the first one. */
export const slotShape = { token: uint(32), position: uint(32), cache: uint(addressBits) };

/** Bits that say which token of a batch. */
export const slotBits = ({ batch }: Pick<CoreParameters, "batch">): number => bitsFor(batch - 1);

/** The state of the core besides its memories. */
export const coreRegisters = (parameters: CoreParameters) => ({
  state: register("state", coreStates.type, { reset: 0 }),
  /** Which token of the batch is at work, and the last one. */
  slot: register("slot", uint(slotBits(parameters)), { reset: 0 }),
  lastSlot: register("last_slot_held", uint(slotBits(parameters)), { reset: 0 }),
  /** Address of the next descriptor, and of the first one behind the last product, where each token of the batch begins. */
  counter: register("program_counter", uint(addressBits), { reset: 0 }),
  segment: register("segment_start", uint(addressBits), { reset: 0 }),
  first: register("program_start", uint(addressBits), { reset: 0 }),
  /** Number of the descriptor at work, or of the one with the first fault. */
  place: number("place_seen"),
  descriptor: register("descriptor", uint(8 * descriptorBytes), { reset: 0 }),
  /** Of the operation: elements of its vectors, rows of its matrix. */
  elements: number("elements"),
  rows: number("rows"),
  /** base + index · stride, a bit of the index a cycle. */
  address: register("address", uint(addressBits), { reset: 0 }),
  index: number("index"),
  stride: register("stride_left", uint(addressBits), { reset: 0 }),
  /** Of a norm: 0 sums the squares, 1 scales, 2 multiplies by the gain. */
  phase: register("phase", uint(2), { reset: 0 }),
  /** Words of a pass, from the first of its group on; elements of a store, beats of a descriptor. */
  step: number("step"),
  steps: number("steps"),
  group: number("group_start"),
  /** Which of the four products of a pair that turns. */
  turn: register("turn", uint(2), { reset: 0 }),
  wait: register("wait_left", uint(4), { reset: 0 }),
  /** Of the row of the embedding that was read last. */
  factorMantissa: register("factor_mantissa", uint(16), { reset: 0 }),
  factorShift: register("factor_shift", uint(5), { reset: 0 }),
  /** What a norm or a mean divides by. */
  total: register("total", uint(scalarBits), { reset: 0 }),
  /** Requests for weights run ahead of the beats. */
  requesting: flag("requesting"),
  requestRow: number("request_row"),
  requestTerm: flag("request_term"),
  beat: number("beat"),
  secondTerm: flag("second_term"),
  rowsLeft: number("rows_left"),
  /** Row of the next result. */
  result: number("result_row"),
  best: tabulate(parameters.batch, (t) => number(`best_${t}`)),
  bestValue: tabulate(parameters.batch, (t) => register(`best_value_${t}`, sint(32), { reset: 0 })),
  scoreMaximum: register("score_maximum", sint(32), { reset: 0 }),
  /** Or of the magnitudes written so far. */
  seen: tabulate(parameters.batch, (t) => register(`span_bits_${t}`, uint(31), { reset: 0 })),
  storeSecond: flag("store_second"),
  invalid: flag("invalid_seen"),
  saturated: flag("saturated_seen"),
  refused: flag("refused_seen"),
});

export type CoreRegisters = ReturnType<typeof coreRegisters>;
