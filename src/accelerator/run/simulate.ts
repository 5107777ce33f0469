import type { Engine } from "../../../sim/index.ts";
import type { AcceleratorModel, WeightMemory } from "../../model/index.ts";
import { type Chooser, type Model, rf8Model } from "../../network/index.ts";
import { calibrate } from "./calibrate.ts";
import { functionalExecutor, type OnCycles, type RtlOptions, rtlExecutor } from "./executor.ts";
import { type Generation, generateTokens } from "./generate.ts";
import { acceleratorLayers } from "./layers.ts";
import type { Executor, MatrixStep } from "./matrix-step.ts";
import { compile, matrixCycles, type Program } from "./program.ts";
import { runQuantizedMlp } from "./quantized-mlp.ts";

/** One matrix over the whole run. Keys are those of the JSON. */
export interface SimulatedLayer {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Bits of a weight in memory: those of the accelerator where it knows the tensor's palette, else 8. */
  readonly bits: number;
  /** Vectors that it multiplied. */
  readonly vectors: number;
  /** Engine cycles of one vector; those without weights, of them. */
  readonly cycles: number;
  readonly weight_wait: number;
  readonly macs: number;
  /** Products of the matrix over those that the cycles have room for. */
  readonly utilisation: number;
}

export interface Simulated {
  readonly engine: string;
  /** Ids of the generated tokens. */
  readonly tokens: readonly number[];
  readonly text: string | null;
  /** Tokens that were read, those of the prompt among them. */
  readonly tokens_read: number;
  /** Cycles in which jobs ran. */
  readonly cycles: number;
  readonly cycles_per_token: number;
  readonly macs: number;
  readonly utilisation: number;
  readonly wall_s: number;
  readonly tokens_per_wall_s: number;
  readonly layers: readonly SimulatedLayer[];
}

export interface SimulateOptions {
  readonly accelerator: AcceleratorModel;
  /** A simulator for the RTL; the functional model alone where it is absent. */
  readonly simulator?: Engine;
  readonly memory?: WeightMemory;
  readonly prompt: Generation["prompt"];
  /** Scales of activations: one a token, or for an MLP fixed ones from a float run of the same prompt. */
  readonly scales?: "token" | "calibrated";
  /** How each token is chosen; the likeliest where it is absent. */
  readonly choose?: Chooser;
  /** Tokens to generate. */
  readonly tokens: number;
  /** What of the RTL is compared: `sums` where it is absent, and `beats` where `onCycles` is there. */
  readonly check?: RtlOptions["check"];
  readonly onCycles?: OnCycles;
  /** Takes the integers that a matrix reads, before each product. */
  onInput?(name: string, integers: Int32Array): void;
  onToken?(done: number): void;
}

/** What a run needs besides its options, made once. */
export interface Prepared {
  /** All in RF8: embedding rows too are those of the codes. */
  readonly model: Model;
  readonly program: Program;
  readonly executor: Executor;
}

/** Tokens of a float run that ranges are taken from. */
const CALIBRATION_TOKENS = 64;

/**
 * @throws EngineUnavailableError where the simulator's program is missing; InferenceError for a tensor of the model that cannot be multiplied.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const options = { accelerator: hardware, prompt: "bad", tokens: 3 };
 * const { program, executor } = prepare(readModel(`${folder}/model`), options);
 * console.log(program.matrices.has("lm_head.weight")); // true
 * executor.close();
 */
export function prepare(given: Model, options: SimulateOptions): Prepared {
  const { accelerator, simulator, memory, check = "sums", onCycles } = options;
  const model = rf8Model(given);
  const ranges =
    options.scales === "calibrated"
      ? calibrate(model, options.prompt, CALIBRATION_TOKENS)
      : undefined;
  const program = compile(model, accelerator, ranges);
  const inner = simulator
    ? rtlExecutor(program, simulator, {
        check: onCycles ? "beats" : check,
        ...(memory && { memory }),
        ...(onCycles && { onCycles }),
      })
    : functionalExecutor(accelerator);
  const { onInput } = options;
  const executor: Executor = onInput
    ? {
        multiply(step, activations) {
          onInput(step.name, activations);
          return inner.multiply(step, activations);
        },
        close: () => inner.close(),
      }
    : inner;
  return { model, program, executor };
}

/**
 * Generates tokens with every matrix on the accelerator.
 *
 * @throws AcceleratorError when the RTL and its models disagree; InferenceError for a network or prompt without use.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const options = { accelerator: hardware, prompt: "bad", tokens: 3 };
 * const prepared = prepare(readModel(`${folder}/model`), options);
 * const { tokens_read, cycles } = simulate(prepared, options);
 * console.log(`${tokens_read} ${cycles > 0}`); // 6 true
 */
export function simulate(
  { model, program, executor }: Prepared,
  { accelerator, simulator, memory, prompt, tokens, choose, onToken }: SimulateOptions,
): Simulated {
  const vectors = new Map<string, number>();
  const onMatrix = ({ name }: MatrixStep): void => {
    vectors.set(name, (vectors.get(name) ?? 0) + 1);
  };
  const through = program.calibrated
    ? runQuantizedMlp(program.calibrated, accelerator, executor, onMatrix)
    : acceleratorLayers(program, executor, onMatrix);
  const began = performance.now();
  let read = 0;
  const generated = generateTokens(model, through, {
    prompt,
    tokens,
    ...(choose && { choose }),
    onRead() {
      onToken?.(read);
      read += 1;
    },
  });
  const wall = (performance.now() - began) / 1000;
  const lanes = accelerator.lanes * accelerator.rows;
  const rows = [...vectors].flatMap(([name, count]): SimulatedLayer[] => {
    const step = program.matrices.get(name);
    if (!step) return [];
    const cycles = matrixCycles(program, step, memory);
    const macs = step.rows * step.columns;
    const bits = step.palette ? (accelerator.bits ?? 8) : 8;
    return [
      {
        name,
        rows: step.rows,
        columns: step.columns,
        bits,
        vectors: count,
        cycles,
        weight_wait: cycles - matrixCycles(program, step),
        macs,
        utilisation: macs / (cycles * lanes),
      },
    ];
  });
  const sum = (of: (layer: SimulatedLayer) => number): number =>
    rows.reduce((total, layer) => total + layer.vectors * of(layer), 0);
  const [cycles, macs] = [sum((layer) => layer.cycles), sum((layer) => layer.macs)];
  return {
    engine: simulator?.name ?? "model",
    tokens: generated,
    text: model.tokenizer?.decode(generated) ?? null,
    tokens_read: read,
    cycles,
    cycles_per_token: cycles / read,
    macs,
    utilisation: macs / (cycles * lanes),
    wall_s: wall,
    tokens_per_wall_s: read / wall,
    layers: rows,
  };
}
