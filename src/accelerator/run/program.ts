import { at } from "@chisel-ts/core";
import {
  type AcceleratorModel,
  acceleratorCounts,
  acceleratorShape,
  type WeightMemory,
} from "../../model/index.ts";
import {
  classifierOf,
  type DecoderConfig,
  isDecoder,
  isMlp,
  layerTensor,
  type Model,
  projectionsOf,
} from "../../network/index.ts";
import type { Ranges } from "./calibrate.ts";
import { InferenceError } from "./error.ts";
import { type MatrixStep, matrixStep } from "./matrix-step.ts";
import { type QuantizedLayer, quantizedMlp } from "./quantized-mlp.ts";

/** What happens to a token, in order: a matrix on the accelerator, or something that the host does. */
export type Step =
  | ({ readonly on: "accelerator" } & MatrixStep)
  | { readonly on: "host"; readonly what: string };

/** A network as the accelerator runs it. */
export interface Program {
  readonly accelerator: AcceleratorModel;
  readonly steps: readonly Step[];
  readonly matrices: ReadonlyMap<string, MatrixStep>;
  /** The layers of an MLP whose activations stay integers between them. */
  readonly calibrated?: readonly QuantizedLayer[];
}

/**
 * Compiles a network for an accelerator: which matrices it multiplies, in which tiles, and what is left to the host.
 *
 * @param ranges of an MLP's inputs (`calibrate`): its activations then stay on the accelerator, with fixed scales
 * @throws InferenceError for a tensor that is no RF8 matrix; with ranges as `quantizedMlp`.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const { matrices, steps } = compile(model, hardware);
 * console.log(`${matrices.size} ${steps[0].what}`); // 15 embedding row
 */
export function compile(model: Model, accelerator: AcceleratorModel, ranges?: Ranges): Program {
  if (ranges) return compileCalibrated(model, accelerator, ranges);
  const matrices = new Map<string, MatrixStep>();
  const matrix = (name: string): Step => {
    const step = matrices.get(name) ?? matrixStep(model, name, accelerator);
    matrices.set(name, step);
    return { on: "accelerator", ...step };
  };
  const host = (what: string): Step => ({ on: "host", what });
  const steps = isDecoder(model)
    ? decoderSteps(model.config, matrix, host)
    : isMlp(model)
      ? model.config.layers.flatMap(({ weight, bias, activation }) => [
          matrix(weight),
          ...(bias === undefined ? [] : [host(`add ${bias}`)]),
          ...(activation === undefined ? [] : [host(activation)]),
        ])
      : [];
  return { accelerator, steps, matrices };
}

function compileCalibrated(model: Model, accelerator: AcceleratorModel, ranges: Ranges): Program {
  if (!isMlp(model)) throw new InferenceError("calibrated scales are for MLPs");
  const calibrated = quantizedMlp(model, accelerator, ranges);
  const last = calibrated.at(-1)?.bias ? "scale, add the bias" : "scale";
  return {
    accelerator,
    calibrated,
    steps: [
      { on: "host", what: "input to integers" },
      ...calibrated.map(({ step }): Step => ({ on: "accelerator", ...step })),
      { on: "host", what: last },
    ],
    matrices: new Map(calibrated.map(({ step }) => [step.name, step])),
  };
}

function decoderSteps(
  config: DecoderConfig,
  matrix: (name: string) => Step,
  host: (what: string) => Step,
): Step[] {
  const { queryKeyValue, output, gateUp, down } = projectionsOf(config);
  const { attentionNorms, feedForwardNorms, biases, norm } = config;
  const named = norm.kind === "layer" ? "layer norm" : "RMS norm";
  /** What the host does in one go; nothing where there is nothing. */
  const list = (...what: (string | false | undefined)[]): Step[] => {
    const all = what.filter((one) => typeof one === "string");
    return all.length > 0 ? [host(all.join(", "))] : [];
  };
  const normed = (name: string | undefined): string | undefined => name && named;
  const layers = config.layers.flatMap(({ window, rotary }, layer) => {
    const on = ({ parts }: typeof output): Step[] =>
      parts.map(({ name }) => matrix(layerTensor(layer, name)));
    return [
      ...list(attentionNorms.before && `${named}, layer ${layer}`),
      ...on(queryKeyValue),
      ...list(
        biases.queryKeyValue && "biases",
        config.queryKeyNorm !== "none" && `${named} of queries and keys`,
        rotary ? "rotary embedding" : undefined,
        `attention over ${window === null ? "the cache" : `the last ${window} tokens`}`,
      ),
      ...on(output),
      ...list(
        biases.output && "bias",
        normed(attentionNorms.after),
        "add",
        normed(feedForwardNorms.before),
      ),
      ...on(gateUp),
      ...list(biases.feedForward && "biases", `${config.activation}, product`),
      ...on(down),
      ...list(biases.feedForward && "bias", normed(feedForwardNorms.after), "add"),
    ];
  });
  return [host("embedding row"), ...layers, host(named), matrix(classifierOf(config))];
}

/**
 * Cycles of one matrix for one vector, by the closed form: the sum over its tiles.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const program = compile(model, hardware);
 * console.log(matrixCycles(program, program.matrices.get("lm_head.weight"))); // 65
 */
export function matrixCycles(
  { accelerator }: Program,
  { rows, tiles, scales, palette }: MatrixStep,
  memory?: WeightMemory,
): number {
  return tiles.slice(1).reduce((sum, end, i) => {
    const shape = acceleratorShape(
      accelerator,
      { rows, columns: end - at(tiles, i) },
      scales !== undefined,
      palette !== undefined,
    );
    return sum + acceleratorCounts(accelerator, shape, memory).cycles;
  }, 0);
}

/**
 * The program as lines to read.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * console.log(listing(compile(model, hardware))[0]); // host    embedding row
 */
export const listing = (program: Program): string[] =>
  program.steps.map((step) => {
    if (step.on === "host") return `host    ${step.what}`;
    const { beats, groups, header } = acceleratorShape(
      program.accelerator,
      step,
      step.scales !== undefined,
    );
    const tiles = step.tiles.length - 1;
    return (
      `accelerator  ${step.name}: ${step.rows} × ${step.columns}, ${groups} groups of ${header > 0 ? `${header} + ` : ""}${beats} beats` +
      `${tiles > 1 ? ` in ${tiles} tiles` : ""}${step.palette ? `, ${program.accelerator.bits} bits a weight` : ""}${step.scales ? ", to activations with ReLU" : ""}, ${matrixCycles(program, step)} cycles`
    );
  });
