import { existsSync } from "#host/tools/disk";
import { type FloatTensor, floatChunks, openCheckpoint, saveFloats } from "../checkpoint/index.ts";
import { type Moments, noMoments } from "./adam.ts";
import { TrainingError } from "./error.ts";

/** What was measured at a step. Keys are those of the JSON. */
export interface TrainingRow {
  readonly step: number;
  /** Nats a token: of the last batch, as it was trained (null before the first), and of the validation text with the float weights. */
  readonly loss: number | null;
  readonly validation_loss: number;
  /** The same with the matrices in RF8, nearest, one max bias each. */
  readonly validation_loss_rf8: number;
  /** Shape of the matrices by the moments, and their rate at the step `RATE_STEP`. */
  readonly nu: number;
  readonly eg0_bits: number;
  readonly entropy_bits: number;
}

/** A run after a step: all that the steps after it depend on. */
export interface TrainingState {
  readonly step: number;
  readonly weights: Map<string, Float32Array<ArrayBuffer>>;
  readonly moments: Map<string, Moments>;
  readonly history: TrainingRow[];
}

const KEY = "rf8.training";
const parts = ["", "adam.first.", "adam.second."] as const;

/** Writes a state as a safetensors file of weights and moments, whole or not at all. */
export async function saveState(
  path: string,
  fingerprint: string,
  { step, weights, moments, history }: TrainingState,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const tensors = [...shapes].flatMap(([name, shape]): FloatTensor[] => {
    const { first, second } = moments.get(name) ?? noMoments(0);
    const data = [weights.get(name) ?? new Float32Array(), first, second];
    return parts.map((part, i) => ({
      name: `${part}${name}`,
      shape,
      data: data[i] ?? new Float32Array(),
    }));
  });
  await saveFloats(path, tensors, { [KEY]: JSON.stringify({ fingerprint, step, history }) });
}

/**
 * The state that a run of these options left behind; undefined where there is none.
 *
 * @throws TrainingError for one of other options; CheckpointError for a damaged file.
 */
export function loadState(
  path: string,
  fingerprint: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): TrainingState | undefined {
  if (!existsSync(path)) return undefined;
  const checkpoint = openCheckpoint(path);
  try {
    const stored = storedIn(checkpoint.shards[0]?.metadata[KEY] ?? "");
    if (stored?.fingerprint !== fingerprint)
      throw new TrainingError(
        `${path}: is the state of a run with other options or another text; finish that run, or remove the file`,
      );
    const values = new Map<string, Float32Array<ArrayBuffer>>();
    for (const info of checkpoint.tensors) {
      const data = new Float32Array(info.elements);
      let at = 0;
      for (const block of floatChunks(checkpoint, info)) {
        data.set(block.data, at);
        at += block.data.length;
      }
      values.set(info.name, data);
    }
    const named = (name: string, elements: number): Float32Array<ArrayBuffer> => {
      const data = values.get(name);
      if (data?.length === elements) return data;
      throw new TrainingError(
        `${path}: tensor ${JSON.stringify(name)} is missing; remove the file`,
      );
    };
    const state: TrainingState = {
      step: stored.step,
      history: stored.history,
      weights: new Map(),
      moments: new Map(),
    };
    for (const [name, shape] of shapes) {
      const elements = shape.reduce((a, b) => a * b, 1);
      const [weights, first, second] = parts.map((part) => named(`${part}${name}`, elements));
      if (!weights || !first || !second) continue;
      state.weights.set(name, weights);
      state.moments.set(name, { first, second });
    }
    return state;
  } finally {
    checkpoint.close();
  }
}

/** What a state file says of itself; undefined where it is no state, or its steps are no numbers. */
function storedIn(
  text: string,
): (Pick<TrainingState, "step" | "history"> & { readonly fingerprint: unknown }) | undefined {
  try {
    const stored = JSON.parse(text);
    return Number.isSafeInteger(stored?.step) && Array.isArray(stored?.history)
      ? stored
      : undefined;
  } catch {
    return undefined;
  }
}
