import { type Command, InvalidArgumentError, Option } from "commander";
import { accelerator } from "../../hdl/accelerator/accelerator.ts";
import type { AcceleratorModel, WeightMemory } from "../model/index.ts";

/** Flags that describe an accelerator and the memory of its weights. */
export interface AcceleratorFlags {
  readonly activation: "int8" | "int16";
  readonly lanes: number;
  readonly rows: number;
  readonly terms: number;
  readonly pipeline: number;
  readonly bits: number;
  readonly palette: string;
  readonly clock: number;
  readonly bandwidth?: number;
  readonly latency: number;
}

/** A number above 0. */
export const positiveNumber =
  (flag: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
    throw new InvalidArgumentError(`${flag} must be a number above 0.`);
  };

type AcceleratorParameter = keyof typeof accelerator.parameters;

/** As commander prints it: what a circuit parameter accepts, with another default where a network needs one. */
function parameter(
  name: AcceleratorParameter,
  description: string,
  value: string | number,
): Option {
  const row = accelerator.parameters[name];
  return new Option(`--${name} <value>`, `${description}: ${row.accepts}`)
    .argParser((text: string) => {
      const parsed = row.parse(text);
      if (parsed === undefined) throw new InvalidArgumentError(`--${name} must be ${row.accepts}.`);
      return parsed;
    })
    .default(value);
}

export const addAcceleratorOptions = (command: Command): Command =>
  command
    .addOption(parameter("activation", "signed activations", "int16"))
    .addOption(parameter("lanes", "products of a row that are added in a cycle", 16))
    .addOption(parameter("rows", "rows of the matrix at once", 4))
    .addOption(parameter("terms", "activations that the buffer holds", 4096))
    .addOption(parameter("pipeline", "registers before the accumulators", 1))
    .addOption(parameter("bits", "bits of a weight in memory", 8))
    .addOption(
      parameter(
        "palette",
        "palette of fewer bits: brought by each tensor, or hard-wired",
        "stream",
      ),
    )
    .addOption(
      new Option("--clock <MHz>", "clock frequency for all times")
        .argParser(positiveNumber("--clock"))
        .default(500),
    )
    .addOption(
      new Option(
        "--bandwidth <bytes>",
        "bytes that the weight memory delivers in a cycle (default: all that the accelerator takes)",
      ).argParser(positiveNumber("--bandwidth")),
    )
    .addOption(
      new Option("--latency <cycles>", "cycles from the start of a job to its first weights")
        .argParser(nonNegative("--latency"))
        .default(0),
    );

const nonNegative =
  (flag: string) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new InvalidArgumentError(`${flag} must be a whole number, 0 or more.`);
  };

export const acceleratorOf = ({
  activation,
  lanes,
  rows,
  terms,
  pipeline,
  bits,
  palette,
}: AcceleratorFlags): AcceleratorModel =>
  accelerator.complete({ activation, lanes, rows, terms, pipeline, bits, palette });

/** A memory where one of its flags asks for it. */
export const memoryOf = ({
  bandwidth,
  latency,
  lanes,
  rows,
}: AcceleratorFlags): WeightMemory | undefined =>
  bandwidth === undefined && latency === 0
    ? undefined
    : { bandwidth: bandwidth ?? lanes * rows, latency };
