import { emitDesign } from "@chisel-ts/core";
import type { Property, Verdict } from "./property.ts";
import { parseTrace } from "./trace.ts";
import { type Sources, yosys } from "./yosys.ts";

/** Seconds for each call of the solver; past them the verdict is `unknown`. */
const timeoutSeconds = 120;

/** Cycles that the induction step assumes at most. */
const mostDepth = 12;

/** Flat logic without tables and processes, which is what `sat` reads. */
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
 * state, by k-induction from a cycle of reset otherwise.
 */
export const prove = (property: Property): Promise<Verdict> =>
  proveSources(property, sourcesOf(property));

/** The checker and the Verilog of the modules that it instantiates. */
export function sourcesOf({ modules, checker }: Property): Sources {
  const files = modules.flatMap((module) => emitDesign(module).files);
  return Object.fromEntries([["check.v", checker], ...files.map(({ name, text }) => [name, text])]);
}

/** Proves a property of any Verilog that has the modules which its checker instantiates. */
export async function proveSources(property: Property, sources: Sources): Promise<Verdict> {
  const started = performance.now();
  const { clocked, cases = [{}] } = property;
  const script = [
    `read_verilog -formal ${Object.keys(sources).join(" ")}`,
    ...prepare,
    ...cases.map((constants) => solver(clocked, constants)),
  ];
  const { printed: output } = await yosys(sources, script.join("; "));
  const tried = {
    method: clocked ? ("k-induction" as const) : ("sat" as const),
    depth: clocked ? deepest(output) : 0,
    seconds: (performance.now() - started) / 1000,
  };
  const proofs = [...output.matchAll(clocked ? induced : satisfied)].length;
  if (proofs === cases.length) return { ...tried, verdict: "proved" };
  if (refuted.test(output)) {
    // The cycle of reset is left out.
    const trace = parseTrace(output, clocked ? 2 : undefined);
    return { ...tried, verdict: "disproved", trace };
  }
  return { ...tried, verdict: "unknown", reason: reason(output) };
}

const satisfied = /SAT proof finished - no model found: SUCCESS!/g;
const induced = /Induction step proven: SUCCESS!/g;
const refuted = /SAT proof finished - model found: FAIL!|model found for base case: FAIL!/;

function solver(clocked: boolean, constants: Readonly<Record<string, bigint>>): string {
  const sets = Object.entries(constants).map(([name, bits]) => `-set ${name} ${bits}`);
  const induction = `-tempinduct -seq 1 -set-at 1 reset 1 -maxsteps ${mostDepth}`;
  return [
    "sat -verify -prove-asserts -set-assumes -show-inputs",
    `-timeout ${timeoutSeconds}`,
    ...(clocked ? [induction] : []),
    ...sets,
  ].join(" ");
}

const deepest = (output: string): number =>
  [...output.matchAll(/Trying induction with length (\d+)/g)].reduce(
    (most, [, length]) => Math.max(most, Number(length)),
    0,
  );

function reason(output: string): string {
  if (/^Interrupted SAT solver: TIMEOUT!/m.test(output)) {
    return `the solver took more than ${timeoutSeconds} s`;
  }
  if (/^Reached maximum number of time steps/m.test(output)) {
    return `no induction of up to ${mostDepth} cycles closes, and no counter-example starts from reset`;
  }
  return (
    output.split("\n").find((line) => /ERROR:|^yosys ended/.test(line)) ?? "yosys gave no verdict"
  );
}
