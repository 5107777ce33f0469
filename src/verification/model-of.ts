import { ChiselError, type Module } from "@chisel-ts/core";
import { type Reference, references } from "../model/index.ts";

const known: Readonly<Record<string, (parameters: never) => Reference>> = references;

const plain = ["width", "depth"];

/**
 * The model of a circuit of this project, by the circuit and the parameters it was built from.
 *
 * @throws RangeError where it has none.
 *
 * @example
 * const columns = referenceOf({ name: "decode", origin: { circuit: "decode", parameters: {} } })({ weight: Uint8Array.of(0x80) }, 1);
 * console.log(columns.invalid[0]); // 1
 */
export function referenceOf(module: Pick<Module, "name" | "origin">): Reference {
  if (typeof module !== "object" || module === null)
    throw new ChiselError("referenceOf takes a module: referenceOf(mac())");
  const reference = modelOf(module);
  if (!reference) throw new RangeError(`${module.name} has no model`);
  return reference;
}

/** As `referenceOf`; `undefined` where there is none. */
export function modelOf({ origin }: Pick<Module, "origin">): Reference | undefined {
  if (!origin || !Object.hasOwn(known, origin.circuit)) return undefined;
  const { circuit, parameters } = origin;
  // The model is of queues of plain words without options.
  if (circuit === "queue" && Object.keys(parameters).some((name) => !plain.includes(name)))
    return undefined;
  return known[circuit]?.(parameters as never);
}
