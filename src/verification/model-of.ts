import { complete, type ParameterName, parameters } from "../../hdl/parameters.ts";
import { type Reference, references } from "../model/index.ts";

const names = Object.keys(parameters) as ParameterName[];

/** The model of a module, by its name and the parameters it was built with; `undefined` where it has none. */
export function modelOf(
  name: string,
  given: Readonly<Record<string, unknown>>,
): Reference | undefined {
  const known: Readonly<Record<string, (parameters: never) => Reference>> = references;
  const reference = Object.hasOwn(known, name) ? known[name] : undefined;
  return reference?.({ ...given, ...complete(names, given) } as never);
}
