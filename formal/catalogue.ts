import { ChiselError, CircuitError, type Module } from "@chisel-ts/core";
import { accumulate } from "../hdl/accumulate.ts";
import { memoryPort } from "../hdl/core/memory-port.ts";
import { dot } from "../hdl/dot.ts";
import { mac } from "../hdl/mac.ts";
import { type CircuitParameters, parameters as table } from "../hdl/parameters.ts";
import { product } from "../hdl/product/product.ts";
import { processingElement } from "../hdl/systolic/processing-element.ts";
import { sumWidth, systolic } from "../hdl/systolic/systolic.ts";
import { gearbox } from "../hdl/weight-decoder/gearbox.ts";
import { baselineProperties, moreBaselineProperties } from "./baseline.ts";
import type { Property } from "./property.ts";
import { acceleratorProperties, allShifts } from "./specification/accelerator.ts";
import { accumulateProperties, macProperties } from "./specification/accumulate.ts";
import { arrayProperties } from "./specification/array.ts";
import {
  accumulateBoundProperties,
  macBoundProperties,
  productBoundProperties,
} from "./specification/bound.ts";
import { coreCounterProperties, memoryPortProperties } from "./specification/core.ts";
import { scalarProperties } from "./specification/core-scalar.ts";
import { sequencerProperties, sequencerReaches } from "./specification/core-sequencer.ts";
import { decodeProperties } from "./specification/decode.ts";
import { dotProperties } from "./specification/dot.ts";
import { gearboxProperties, gearboxShapes } from "./specification/gearbox.ts";
import { processingElementProperties } from "./specification/processing-element.ts";
import { productProperties } from "./specification/product.ts";
import { queueProperties } from "./specification/queue.ts";
import { systolicProperties } from "./specification/systolic.ts";

/** Counts with and without codes to spare, below and at a power of two; other widths and depths are argued. */
const queueShapes = [1, 2, 3, 4, 8].flatMap((depth) =>
  [1, 8, 33].map((width) => ({ width, depth })),
);

/** Arrays that the solver can hold; every size follows from its element (specification/systolic.ts). */
const arrays = [
  { activation: "int8", rows: 1, columns: 1 },
  { activation: "int8", rows: 1, columns: 2 },
  { activation: "int8", rows: 2, columns: 1 },
  { activation: "int8", rows: 2, columns: 2 },
  { activation: "int16", rows: 1, columns: 1 },
  { activation: "int16", rows: 1, columns: 3 },
] as const;

/** The element in every width that an array of 1 to 64 rows gives it. */
const elements = (["int8", "int16"] as const).flatMap((activation) => {
  const widths = Array.from({ length: 64 }, (_, row) =>
    sumWidth({ activation, rows: row + 1, columns: 1 }),
  );
  return [...new Set(widths)].map((width) => ({ activation, width }));
});

/** Trees with and without a lane to spare, each pipeline, each format. */
const dots = [
  { lanes: 1 },
  { lanes: 2, pipeline: 1 },
  { lanes: 3, pipeline: 2, activation: "int16" },
  { lanes: 5, pipeline: 3, overflow: "saturate", accumulator: 32 },
  { lanes: 16 },
  { lanes: 4, format: "int8" },
  { lanes: 4, format: "e4m3", activation: "int16" },
  { lanes: 4, format: "e5m2" },
  { lanes: 4, format: "e4m3", activation: "e4m3" },
  { lanes: 4, format: "int8", multiplier: "booth-dadda", adder: "ripple" },
  { lanes: 3, adder: "sklansky" },
] as const;

/** RF8's additions in the other ways to write them. */
const rf8Adders = [
  { adder: "ripple", activation: "int8" },
  { adder: "sklansky", activation: "int16" },
  { adder: "kogge-stone", activation: "int8", pipeline: 3 },
  { adder: "brent-kung", activation: "int8", overflow: "saturate", pipeline: 1 },
] as const;

type Given = Readonly<Record<string, unknown>>;

const isExact = ({ format, accumulator }: Pick<CircuitParameters, "format" | "accumulator">) =>
  format === "rf8" && accumulator === "exact";

/** Circuits that are proved whole, in every parameter set. */
const whole: Readonly<Record<string, (given: Given) => Property[]>> = {
  decode: decodeProperties,
  product(given) {
    const parameters = product.complete(given);
    const bound = parameters.format === "rf8" ? productBoundProperties(parameters.activation) : [];
    return [...productProperties(parameters), ...bound];
  },
  accumulate(given) {
    const parameters = accumulate.complete(given);
    const bound =
      isExact(parameters) && parameters.lanes === 1 ? accumulateBoundProperties(parameters) : [];
    return [...accumulateProperties(parameters), ...bound];
  },
  mac(given) {
    const parameters = mac.complete(given);
    return [
      ...macProperties(parameters),
      ...(isExact(parameters) ? macBoundProperties(parameters) : []),
    ];
  },
  dot: (given) => dotProperties(dot.complete(given)),
};

/** Parts are proved in the shapes that their circuits have, or in one that is asked for. */
const isAny = (given: Given): boolean => Object.keys(given).length > 0;

/** The circuits that have properties, and those of one parameter set. */
const circuits: Readonly<Record<string, (given: Given) => Property[]>> = {
  ...whole,
  processing_element: (given) =>
    isAny(given)
      ? processingElementProperties(processingElement.complete(given))
      : elements.flatMap(processingElementProperties),
  /** Itself where it is small; otherwise its element, and the small ones that the argument starts from. */
  systolic(given) {
    const parameters = systolic.complete(given);
    const { activation, rows, columns } = parameters;
    if (rows * columns <= 4) return systolicProperties(parameters);
    const small = arrays.filter((array) => array.activation === activation);
    return [
      ...processingElementProperties({ activation, width: sumWidth(parameters) }),
      ...small.flatMap(systolicProperties),
    ];
  },
  queue: () => queueShapes.flatMap(queueProperties),
  gearbox: (given) =>
    isAny(given)
      ? gearboxProperties(gearbox.complete(given))
      : gearboxShapes.flatMap(gearboxProperties),
  accelerator: (given) => acceleratorProperties(given),
  array: arrayProperties,
  core: () => [...sequencerProperties(), ...sequencerReaches()],
  core_scalar: scalarProperties,
  core_counters: coreCounterProperties,
  core_memory_port: (given) =>
    (isAny(given) ? [memoryPort.complete(given).lanes] : [8, 64]).flatMap(memoryPortProperties),
};

export const provable: readonly string[] = Object.keys(circuits);

/**
 * What is proved of a circuit.
 *
 * @throws ChiselError for what is no name; RangeError when the circuit has no properties; CircuitError for a parameter out of range.
 *
 * @example
 * console.log(propertiesOf("decode", {}).length > 0); // true
 */
export function propertiesOf(circuit: string, given: Given = {}): Property[] {
  if (typeof circuit !== "string")
    throw new ChiselError('propertiesOf takes the name of a circuit: propertiesOf("mac", {})');
  const properties = Object.hasOwn(circuits, circuit) ? circuits[circuit] : undefined;
  if (!properties)
    throw new RangeError(
      `there are no properties of ${circuit}; there are some of ${provable.join(", ")}`,
    );
  if (properties.length === 0 && isAny(given))
    throw new CircuitError(
      `what is proved of ${circuit} does not depend on ${Object.keys(given).join(", ")}; leave it out`,
    );
  return properties(given);
}

/** What is proved of a module, by its circuit and the parameters it was built with; nothing where it is proved in parts. */
export function propertiesAbout({ origin }: Module): Property[] {
  if (!origin) return [];
  const { circuit, parameters } = origin;
  if (circuit === "queue") {
    const { width, depth, ...options } = parameters;
    // Properties are of queues of plain words without options.
    return Object.keys(options).length === 0
      ? queueProperties({ width: Number(width), depth: Number(depth) })
      : [];
  }
  return Object.hasOwn(whole, circuit) ? (whole[circuit]?.(parameters) ?? []) : [];
}

/** Accumulators of every kind: exact, narrower than a product, about as wide, wider, the widest. */
const kinds = ["exact", 8, 24, 33, 64] as const;

/** Every accumulator that can be asked for. Those for other `terms` are among them: an exact width is a width. */
const all = ["exact", ...Array.from({ length: 57 }, (_, index) => index + 8)] as const;

/** Engines of both activations and full width; then of few words, headers of eight beats, other pipelines. */
const someEngines = [
  { lanes: 16, terms: 4096 },
  { activation: "int16", lanes: 4, terms: 4096, pipeline: 3 },
] as const;
const moreEngines = [
  { lanes: 1, terms: 3, pipeline: 0 },
  { activation: "int16", lanes: 8, terms: 1, pipeline: 2 },
] as const;

/** Ends and middles of the requantizer's shifter. */
const someShifts = [0, 6, 63];

/** Streaming arrays of one element and a large one; then small ones. */
const someArrays = [
  { rows: 1, columns: 1 },
  { rows: 64, columns: 64 },
] as const;
const moreArrays = [
  { rows: 2, columns: 3, activation: "int16" },
  { rows: 3, columns: 1 },
] as const;

/** The properties of every circuit for parameter sets of every kind: each choice with each other. */
export const properties = (): Property[] => [
  ...propertiesWith(kinds),
  ...coreProperties(someArrays, someEngines, someShifts),
];

/** The properties of every circuit for every parameter set. */
export const everyProperty = (): Property[] => [
  ...propertiesWith(all),
  ...moreBaselineProperties(),
  ...distinct([
    ...coreProperties(someArrays, someEngines, allShifts),
    // The narrow requantizers are the same shifter.
    ...coreProperties(moreArrays, moreEngines, someShifts),
  ]),
];

function propertiesWith(accumulators: readonly CircuitParameters["accumulator"][]): Property[] {
  const activations = ["int8", "int16"] as const;
  const sums = activations.flatMap((activation) =>
    accumulators.flatMap((accumulator) =>
      (["wrap", "saturate"] as const).map((overflow) => ({
        activation,
        accumulator,
        overflow,
        terms: table.terms.default,
      })),
    ),
  );
  return [
    ...propertiesOf("decode", {}),
    ...activations.flatMap((activation) => propertiesOf("product", { activation })),
    ...rf8Adders.flatMap((given) => [
      ...propertiesOf("product", { activation: given.activation, adder: given.adder }),
      ...propertiesOf("mac", given),
    ]),
    ...sums.flatMap((given) => propertiesOf("accumulate", given)),
    ...sums.flatMap((given) =>
      [0, 1, 2, 3].flatMap((pipeline) => propertiesOf("mac", { ...given, pipeline })),
    ),
    ...dots.flatMap((given) => propertiesOf("dot", given)),
    ...propertiesOf("processing_element", {}),
    ...arrays.flatMap(systolicProperties),
    ...propertiesOf("queue", {}),
    ...propertiesOf("gearbox", {}),
    ...propertiesOf("core", {}),
    ...propertiesOf("core_scalar", {}),
    ...propertiesOf("core_counters", {}),
    ...propertiesOf("core_memory_port", {}),
    ...baselineProperties(),
  ];
}

const coreProperties = (
  arrays: readonly Given[],
  engines: readonly Given[],
  shifts: readonly number[],
): Property[] =>
  distinct([
    ...arrays.flatMap(arrayProperties),
    ...engines.flatMap((given) => acceleratorProperties(given, shifts)),
  ]);

/** Engines and arrays share parts; what is the same of two is proved once. */
const distinct = (all: readonly Property[]): Property[] => [
  ...new Map(
    all.map((property) => [
      property.checker + property.name + property.parameters.shifts,
      property,
    ]),
  ).values(),
];
