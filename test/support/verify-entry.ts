import type { CircuitEntry } from "../../hdl/catalogue.ts";
import { referenceOf } from "../../src/verification/model-of.ts";
import { type Verdict, type VerifyOptions, verify } from "../../src/verification/verify.ts";

/** `verify` of a circuit of the catalogue, beside its model. */
export function verifyEntry(
  entry: CircuitEntry,
  given: Readonly<Record<string, unknown>>,
  options: Omit<VerifyOptions, "reference">,
): Promise<Verdict> {
  const module = entry.build(given);
  return verify(module, { reference: referenceOf(module), ...options });
}
