import { at } from "@chisel-ts/core";
import {
  type DecoderConfig,
  evaluate,
  isDecoder,
  type Model,
  type ModelTensor,
  readModel,
  STORED,
  sampledSequences,
} from "../network/index.ts";
import {
  CodeRounding,
  type MatrixOptions,
  quantizeMatrix,
  tensorOfCodes,
  walkDecoder,
} from "../quantize/index.ts";
import { otherFormats, quantizeOther } from "../quantize/other-formats.ts";
import {
  type Confined,
  type Device,
  type DistillationOptions,
  distill,
  distillationDefaults,
} from "../train/index.ts";
import { BenchError } from "./error.ts";

/** How numbers of a format are chosen. */
export const bitsMethods = ["nearest", "GPTQ", "distilled"] as const;

/** KL(float ‖ format), over the pairs of calibration and test. Keys are those of the JSON. */
export interface BitsRow {
  readonly format: string;
  /** What has a real scale of its own, where the format leaves a choice. */
  readonly scale: "tensor" | "row" | "group";
  /** Of a weight, with its share of the scale of its group; scales of rows are left out. */
  readonly bits: number;
  readonly method: (typeof bitsMethods)[number];
  /** Nats a token: the mean, and the standard deviation where there are several sets. */
  readonly kl: number;
  readonly kl_sd: number | null;
}

export interface BitsOptions {
  /** Pairs of calibration and test, all disjoint. */
  readonly sets: number;
  /** Steps of distillation; 0 leaves it out. */
  readonly steps: number;
  /** What distils. */
  readonly device: Device;
  onDone?(done: number, total: number, label: string): void;
}

const LENGTH = 128;
/** Sequences of calibration, of distillation (the calibration among them), and of test. */
const [CALIBRATION, TRAINING, TEST] = [128, 1024, 32];

/** A matrix as a method leaves it, and how the format rounds. */
interface Made extends Confined {
  readonly tensor: ModelTensor;
}

interface Way extends Pick<BitsRow, "format" | "scale" | "bits"> {
  make(
    method: "nearest" | "gptq",
  ): Parameters<typeof walkDecoder>[3] extends (name: string, ...rest: infer R) => unknown
    ? (...rest: R) => Made
    : never;
}

const rf8Way = (bits: MatrixOptions["bits"], scale: "none" | "row"): Way => ({
  format: "RF8",
  scale: scale === "row" ? "row" : "tensor",
  bits,
  make: (method) => (weights, shape, solvers) => {
    const matrix = quantizeMatrix(weights, at(shape, 1), solvers, { method, scale, bits });
    const rounding = new CodeRounding(matrix, at(shape, 1));
    const tensor = tensorOfCodes(shape, matrix);
    return { tensor, start: tensor.values, round: rounding.round.bind(rounding) };
  },
});

const otherWay = (name: keyof typeof otherFormats, scale: "none" | "row"): Way => {
  const format = otherFormats[name];
  const shared = format.group === null ? (scale === "row" ? "row" : "tensor") : "group";
  return {
    format: name,
    scale: shared,
    bits: format.bits,
    make: (method) => (weights, shape, solvers) => {
      const { tensor, rounding } = quantizeOther({ weights, shape }, solvers, format, {
        method,
        scale,
      });
      return {
        tensor,
        start: tensor.values,
        round(values, rounded) {
          for (let i = 0; i < values.length; i++)
            rounded[i] = rounding.nearest(values[i] as number, i);
        },
      };
    },
  };
};

const ways: readonly Way[] = [
  rf8Way(8, "none"),
  ...([8, 7, 6, 5, 4] as const).map((bits) => rf8Way(bits, "row")),
  ...(["INT8", "E4M3"] as const).flatMap((name) => [otherWay(name, "none"), otherWay(name, "row")]),
  ...(["INT4, groups of 32", "INT4, groups of 128", "MXFP4"] as const).map((name) =>
    otherWay(name, "none"),
  ),
];

/**
 * Bits a weight against KL: RF8 and its palettes, INT8, E4M3, INT4 and MXFP4, each by its nearest numbers, by GPTQ with coordinate
 * descent, and distilled from there, on sequences that the model draws.
 *
 * @throws BenchError for a model that is no decoder.
 */
export async function benchBits(
  path: string,
  { sets, steps, device, onDone }: BitsOptions,
): Promise<BitsRow[]> {
  const model = readModel(path);
  if (!isDecoder(model)) throw new BenchError(`${path} is no decoder`);
  const length = Math.min(LENGTH, model.config.max_position_embeddings);
  const methods = steps > 0 ? bitsMethods : bitsMethods.slice(0, 2);
  const found = new Map<string, number[]>();
  let done = 0;
  for (let seed = 1; seed <= sets; seed++) {
    const sequences = steps > 0 ? TRAINING : CALIBRATION;
    const drawn = sampledSequences(model, { sequences, length }, seed);
    const test = sampledSequences(model, { sequences: TEST, length }, 100 + seed);
    const calibration = drawn.slice(0, CALIBRATION).map((tokens) => tokens.slice(0, -1));
    for (const [way, { format, make }] of ways.entries()) {
      const kls: Record<string, number> = {};
      for (const method of ["nearest", "gptq"] as const) {
        const made = new Map<string, Made>();
        walkDecoder(model, calibration, {}, (name, ...rest) => {
          const one = make(method)(...rest);
          made.set(name, one);
          return one.tensor;
        });
        const tensors = new Map([...made].map(([name, { tensor }]) => [name, tensor] as const));
        kls[method === "gptq" ? "GPTQ" : method] = await klOf(model, tensors, test);
        if (method === "gptq" && steps > 0) {
          const options = { ...distillationDefaults, steps, device, seed };
          kls.distilled = await klOf(model, await distilled(model, drawn, made, options), test);
        }
      }
      for (const method of methods) {
        const key = `${way} ${method}`;
        found.set(key, [...(found.get(key) ?? []), kls[method] ?? Number.NaN]);
      }
      done += 1;
      onDone?.(done, sets * ways.length, format);
    }
  }
  return ways.flatMap(({ format, scale, bits }, way) =>
    methods.map((method) => ({
      format,
      scale,
      bits,
      method,
      ...spreadOf(found.get(`${way} ${method}`) ?? []),
    })),
  );
}

async function distilled(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  made: ReadonlyMap<string, Made>,
  options: DistillationOptions,
): Promise<Map<string, ModelTensor>> {
  const { values } = await distill(model, sequences, made, options);
  return new Map(
    [...made].map(([name, { tensor, round }]) => {
      const rounded = new Float32Array(tensor.values.length);
      round(values.get(name) ?? rounded, rounded);
      return [name, { shape: tensor.shape, values: rounded }] as const;
    }),
  );
}

async function klOf(
  model: Model<DecoderConfig>,
  changed: ReadonlyMap<string, ModelTensor>,
  sequences: readonly (readonly number[])[],
): Promise<number> {
  const stored = { ...model, tensors: new Map([...model.tensors, ...changed]) };
  const setting = {
    format: STORED,
    rounding: null,
    granularity: null,
    activations: "float",
  } as const;
  const [row] = await evaluate(model, { settings: [setting], sequences, stored });
  return row?.kl ?? Number.NaN;
}

function spreadOf(values: readonly number[]): Pick<BitsRow, "kl" | "kl_sd"> {
  const kl = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - kl) ** 2, 0);
  return { kl, kl_sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}
