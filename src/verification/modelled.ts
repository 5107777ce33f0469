import type { CircuitEntry } from "../../hdl/catalogue.ts";
import { circuits } from "../../hdl/parts.ts";
import { references } from "../model/index.ts";

/** The circuits that have a model of every cycle; those with streams have one of jobs. */
export const modelled: readonly CircuitEntry[] = circuits.filter(({ name }) =>
  Object.hasOwn(references, name),
);
