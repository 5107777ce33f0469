import type { WeightMemory } from "./accelerator/schedule.ts";
import { isNaNCode } from "./integer-value.ts";
import { INTEGER_WEIGHTS } from "./weight.ts";

/** R inputs and C outputs of a tile. */
export interface ArraySize {
  readonly rows: number;
  readonly columns: number;
}

/** The sums of a tile's vectors, C a vector: exact in doubles for every R < 2^18. NaN codes add 0. */
export function arrayResults({ rows, columns }: ArraySize, tile: Uint8Array, vectors: Int32Array) {
  const sums = new Float64Array((vectors.length / rows) * columns);
  const invalid = tile.some(isNaNCode);
  for (let v = 0; v < vectors.length / rows; v++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const code = tile[r * columns + c] as number;
        if (isNaNCode(code)) continue;
        const at = v * columns + c;
        sums[at] =
          (sums[at] as number) +
          (INTEGER_WEIGHTS.rf8[code] as number) * (vectors[v * rows + r] as number);
      }
    }
  }
  return { sums, invalid };
}

/**
 * Cycles of a job whose activations and results never wait, in closed form: the first tile's weights; a tile begins as the one before has
 * taken its vectors, or when its own weights are complete, which come from R + C − 1 cycles after that one's first
 * vector on; and R + C − 1 from the last vector to its sums.
 *
 * @param vectors of each tile
 * @param memory of the weights, which begins with a tile when the array can take it; without one, a beat comes every cycle
 *
 * @example
 * console.log(arrayCycles({ rows: 4, columns: 4 }, 1, 10)); // 21
 */
export function arrayCycles(
  { rows, columns }: ArraySize,
  tiles: number,
  vectors: number,
  memory?: WeightMemory,
): number {
  const load = memory
    ? memory.latency + Math.max(rows, Math.ceil((rows * columns) / memory.bandwidth))
    : rows;
  const wave = rows + columns - 1;
  return load + (tiles - 1) * Math.max(vectors, wave + load) + vectors + wave;
}

/** The environment of the array; a source's beat is valid from a cycle on, the sink takes a result after a delay. */
export interface ArrayEnvironment {
  activationFrom(beat: number): number;
  weightFrom(beat: number): number;
  resultDelay(beat: number): number;
}

/** The cycle of every handshake of a job, and the cycles in which it runs. */
export interface ArraySchedule {
  readonly weightAccepted: readonly number[];
  readonly activationAccepted: readonly number[];
  readonly resultValid: readonly number[];
  readonly resultAccepted: readonly number[];
  readonly cycles: number;
}

/**
 * When everything happens in a job, without its data. The array stands still while a result waits behind it, so cycles are
 * walked one by one, with a few counts.
 */
export function arraySchedule(
  { rows, columns }: ArraySize,
  { tiles, vectors }: { readonly tiles: number; readonly vectors: number },
  environment: ArrayEnvironment,
): ArraySchedule {
  const weightAccepted: number[] = [];
  const activationAccepted: number[] = [];
  const resultValid: number[] = [];
  const resultAccepted: number[] = [];
  const latency = rows + columns - 1;
  /** Moves at which vectors were taken; the move at which the last tile's first was. */
  const entered: number[] = [];
  let [advances, began, full] = [0, Number.NEGATIVE_INFINITY, false];
  /** Results that have left the array; the last of them may wait behind it. */
  let [left, waits] = [0, false];
  const isValid = (from: number, accepted: readonly number[], cycle: number): boolean =>
    cycle >= from && cycle > (accepted.at(-1) ?? -1);

  for (let cycle = 0; resultAccepted.length < tiles * vectors; cycle++) {
    const result = resultAccepted.length;
    const moving = !waits;
    const leaves = moving && advances === (entered[left] ?? Number.NaN) + latency;
    if (leaves) {
      left += 1;
      resultValid.push(cycle);
    }
    if (leaves || waits) {
      const accepted = cycle >= (resultValid[result] as number) + environment.resultDelay(result);
      if (accepted) resultAccepted.push(cycle);
      waits = !accepted;
    }

    const weights = weightAccepted.length;
    const loads =
      weights < tiles * rows &&
      !full &&
      advances - began >= rows + columns - 1 &&
      isValid(environment.weightFrom(weights), weightAccepted, cycle);
    const beat = activationAccepted.length;
    const firstOfTile = beat % vectors === 0;
    const takes =
      beat < tiles * vectors &&
      moving &&
      (!firstOfTile || full) &&
      isValid(environment.activationFrom(beat), activationAccepted, cycle);
    if (takes) {
      activationAccepted.push(cycle);
      entered.push(advances);
      if (firstOfTile) {
        full = false;
        began = advances;
      }
    }
    if (loads) {
      weightAccepted.push(cycle);
      if (weightAccepted.length % rows === 0) full = true;
    }
    if (moving) advances += 1;
  }
  return {
    weightAccepted,
    activationAccepted,
    resultValid,
    resultAccepted,
    cycles: (resultAccepted.at(-1) ?? -1) + 1,
  };
}
