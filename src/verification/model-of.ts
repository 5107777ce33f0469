import type { Module } from "@chisel-ts/core";
import { circuitOf } from "../../hdl/format.ts";
import {
  type CircuitParameters,
  complete,
  only,
  type ParameterName,
  parameters,
} from "../../hdl/parameters.ts";
import { type Reference, references } from "../model/index.ts";

const names = Object.keys(parameters) as ParameterName[];

/**
 * The model of a circuit of this project, by its name and the parameters it was built with.
 *
 * @throws RangeError where it has none.
 */
export function referenceOf({
  name,
  parameters: given,
}: Pick<Module, "name" | "parameters">): Reference {
  const reference = modelOf(name, given);
  if (!reference) throw new RangeError(`${name} has no model`);
  return reference;
}

/** As `referenceOf`; `undefined` where there is none. */
export function modelOf(
  name: string,
  given: Readonly<Record<string, unknown>>,
): Reference | undefined {
  const known: Readonly<Record<string, (parameters: never) => Reference>> = references;
  // Modules of @chisel-ts/core have their parameters in their names as well: queue_8x2.
  const { circuit, format } = circuitOf(name.replace(/_\d+x\d+$/, ""));
  const reference = Object.hasOwn(known, circuit) ? known[circuit] : undefined;
  const ofCircuit = names.filter((parameter) => Object.hasOwn(given, parameter));
  const stated = only(ofCircuit, given) as Partial<CircuitParameters>;
  const ofModule = Object.assign({ format }, stated);
  return reference?.({ ...given, ...complete(names, ofModule) } as never);
}
