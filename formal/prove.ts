import { emitDesign } from "@chisel-ts/core";
import type { Method, Property, Verdict } from "./property.ts";
import { parseTrace } from "./trace.ts";
import { type Sources, yosys } from "./yosys.ts";

/** Seconds for each call of the solver; past them the verdict is `unknown`. */
const timeoutSeconds = 120;

/** Cycles that the induction step assumes at most. */
const mostDepth = 12;

/** Cycles within which something reachable is to be reached. */
const mostCycles = 24;

/** Flat logic without tables, memories and processes, which is what `sat` reads. */
const prepare = [
  "hierarchy -check -top check",
  "proc -norom",
  "flatten",
  "chformal -lower",
  "opt -full",
  "opt_dff",
  "opt -full",
];

/**
 * Proves or disproves a property of the emitted Verilog with yosys' SAT solver: directly where there is no
 * state, by k-induction from a cycle of reset otherwise, and by a run of the shortest length where something
 * is claimed to be reachable.
 */
export const prove = (property: Property): Promise<Verdict> =>
  proveSources(property, sourcesOf(property));

/** The checker and the Verilog of the modules that it instantiates. */
export function sourcesOf({ modules, checker }: Property): Sources {
  const files = modules.flatMap((module) => emitDesign(module).files);
  return Object.fromEntries([["check.v", checker], ...files.map(({ name, text }) => [name, text])]);
}

/** Proves a property of any Verilog that has the modules which its checker instantiates. */
export function proveSources(property: Property, sources: Sources): Promise<Verdict> {
  const { clocked, claim } = property;
  if (!clocked) return solve(property, sources, { method: "sat", options: "" });
  const [method, kind, steps] =
    claim === "reachable"
      ? (["bounded", "-tempinduct-baseonly", mostCycles] as const)
      : (["k-induction", "-tempinduct", mostDepth] as const);
  const options = `${kind} -seq 1 ${atFirst} -maxsteps ${steps}`;
  return solve(property, sources, { method, options });
}

/**
 * Looks for a run of at most `cycles` cycles after a reset that breaks a property with state, or reaches
 * what it claims to be reachable. Finding none proves nothing of later cycles: `unknown`.
 *
 * @throws RangeError for a property without state, or a number of cycles that is not whole and positive.
 */
export async function searchWithin(property: Property, cycles: number): Promise<Verdict> {
  if (!property.clocked || !Number.isInteger(cycles) || cycles < 1) {
    throw new RangeError(
      `${property.circuit}: ${cycles} cycles of a circuit with state are needed`,
    );
  }
  const options = `-tempinduct-baseonly -seq 1 ${atFirst} -maxsteps ${cycles}`;
  return solve(property, sourcesOf(property), { method: "bounded", options });
}

const atFirst = "-set-at 1 reset 1";

interface Strategy {
  readonly method: Method;
  readonly options: string;
}

async function solve(
  { clocked, cases = [{}], claim }: Property,
  sources: Sources,
  { method, options }: Strategy,
): Promise<Verdict> {
  const script = [
    `read_verilog -formal ${Object.keys(sources).join(" ")}`,
    ...prepare,
    ...cases.map((constants) => solver(options, constants)),
  ];
  const { printed, seconds } = await yosys(sources, script.join("; "));
  const tried = { method, depth: deepest(printed), seconds };
  const proofs = [...printed.matchAll(method === "sat" ? satisfied : induced)].length;
  if (proofs === cases.length) return { ...tried, verdict: "proved" };
  if (refuted.test(printed)) {
    // The cycle of reset is left out.
    const trace = parseTrace(printed, clocked ? 2 : undefined);
    return { ...tried, verdict: claim === "reachable" ? "proved" : "disproved", trace };
  }
  return { ...tried, verdict: "unknown", reason: reason(printed, tried.depth) };
}

const satisfied = /SAT proof finished - no model found: SUCCESS!/g;
const induced = /Induction step proven: SUCCESS!/g;
const refuted = /SAT proof finished - model found: FAIL!|model found for base case: FAIL!/;

function solver(options: string, constants: Readonly<Record<string, bigint>>): string {
  const sets = Object.entries(constants).map(([name, bits]) => `-set ${name} ${bits}`);
  return [
    "sat -verify -prove-asserts -set-assumes -show-inputs",
    `-timeout ${timeoutSeconds}`,
    options,
    ...sets,
  ].join(" ");
}

const deepest = (printed: string): number =>
  [...printed.matchAll(/Trying induction with length (\d+)/g)].reduce(
    (most, [, length]) => Math.max(most, Number(length)),
    0,
  );

function reason(printed: string, depth: number): string {
  if (/^Interrupted SAT solver: TIMEOUT!/m.test(printed)) {
    return `the solver took more than ${timeoutSeconds} s`;
  }
  if (/^Reached maximum number of time steps/m.test(printed)) {
    return /^\[induction step/m.test(printed)
      ? `no induction of up to ${depth} cycles closes, and no counter-example starts from reset`
      : `no run of up to ${depth} cycles from reset was found; longer ones were not looked at`;
  }
  return (
    printed.split("\n").find((line) => /ERROR:|^yosys ended/.test(line)) ?? "yosys gave no verdict"
  );
}
