export { type Column, type Columns, columnFor, type PortShape } from "./columns.ts";
export { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";
export { accumulatorWidth, type ModelParameters } from "./parameters.ts";
export type { Reference } from "./reference.ts";
export { references } from "./references.ts";
export { INTEGER_WEIGHTS, type WeightFormat } from "./weight.ts";
