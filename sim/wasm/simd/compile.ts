// The type of a function that compiles one cell for 16 lanes.

import type { OperationCell } from "../../cells.ts";
import type { LaneValues, Vectors } from "./vectors.ts";

/** Emits the code of one cell for 16 lanes; every slot has 1 to 64 bits. */
export type Compile = (values: LaneValues, cell: OperationCell) => Vectors;
