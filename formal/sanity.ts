import { type ir, type Module, mutants } from "@chisel-ts/core";
import type { Property, Verdict } from "./property.ts";
import { prove } from "./prove.ts";

/** Whether a property could have failed. */
export interface Sanity {
  readonly property: Property;
  readonly verdict: Verdict;
  /** The mistake in the module in question that the property was seen to find; `undefined`: none. */
  readonly found: string | undefined;
  /** Mistakes that were tried. */
  readonly tried: number;
  /** Whether the assumptions can be met, and the property is about its subject. */
  readonly vacuous: string | undefined;
}

/** Mistakes that are tried at most. */
const maxFaults = 64;

/**
 * Proves a property, and then shows that the proof could have failed: mistakes are put into the module that it
 * is about, until the property no longer holds. First each output is wrong in its lowest bit, or always 0, or
 * always 1; then come the mistakes of `mutants`.
 *
 * @param ask who proves; this machine where it is left out.
 *
 * @example
 * const [property] = propertiesOf("decode", {});
 * console.log((await sanity(property)).verdict.verdict); // proved
 */
export async function sanity(
  property: Property,
  ask: (property: Property) => Promise<Verdict> = prove,
): Promise<Sanity> {
  const verdict = await ask(property);
  const vacuous = verdict.verdict === "vacuous" ? verdict.reason : undefined;
  let tried = 0;
  for (const { what, module } of faultsOf(property.subject)) {
    if (tried === maxFaults) break;
    tried += 1;
    const { verdict: wrong } = await ask({ ...property, subject: module });
    if (isFound(property, wrong)) return { property, verdict, found: what, tried, vacuous };
  }
  return { property, verdict, found: undefined, tried, vacuous };
}

/** What was covered is no longer reached; an assertion has a counter-example. */
const isFound = ({ kind }: Property, verdict: Verdict["verdict"]): boolean =>
  kind === "cover" ? verdict === "unreachable" || verdict === "unknown" : verdict === "disproved";

interface Planted {
  readonly what: string;
  readonly module: Module;
}

function* faultsOf(subject: Module | undefined): Generator<Planted> {
  if (!subject) return;
  const changes = [
    ["bit 0 inverted", "xor", 1n],
    ["always 0", "and", 0n],
    ["always 1 in every bit", "or", -1n],
  ] as const;
  for (const output of subject.outputs) {
    for (const [what, operation, bits] of changes) {
      yield {
        what: `${output.name}: ${what}`,
        module: withOutput(subject, output, operation, bits),
      };
    }
  }
  yield* mutants(subject);
}

/** The module with an output combined with a constant. */
function withOutput(
  subject: Module,
  output: ir.Wire,
  operation: "xor" | "and" | "or",
  bits: bigint,
): Module {
  const { width, location } = output;
  const driver = subject.drivers.get(output);
  if (!driver) return subject;
  const value = BigInt.asUintN(width, bits);
  const constant: ir.Constant = Object.freeze({ kind: "constant", width, value, location });
  const node: ir.Operation = Object.freeze({
    kind: "operation" as const,
    operation,
    operands: [driver, constant],
    parameters: [],
    width,
    location,
  });
  return { ...subject, drivers: new Map([...subject.drivers, [output, node]]) };
}
