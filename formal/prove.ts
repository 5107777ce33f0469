import { emitDesign } from "@chisel-ts/core";
import type { Method, Property, Verdict } from "./property.ts";
import { parseTrace } from "./trace.ts";
import { type Sources, yosys } from "./yosys.ts";

/** Seconds for each call of the solver; past them the verdict is `unknown`. */
const timeoutSeconds = 120;

/** Cycles that the induction step assumes at most. */
const mostDepth = 12;

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
export const proveSources = (property: Property, sources: Sources): Promise<Verdict> =>
  solve(
    property,
    sources,
    property.clocked
      ? { method: "k-induction", options: `-tempinduct -seq 1 ${atFirst} -maxsteps ${mostDepth}` }
      : { method: "sat", options: "" },
  );

/**
 * Looks for a run of at most `cycles` cycles after a reset that breaks a property with state, or that
 * reaches what it claims to be reachable. Finding none proves nothing of later cycles: `unknown`.
 *
 * @throws RangeError for a property without state, or a number of cycles that is not whole and positive.
 */
export async function searchWithin(property: Property, cycles: number): Promise<Verdict> {
  if (!property.clocked || !Number.isInteger(cycles) || cycles < 1) {
    throw new RangeError(
      `${property.circuit}: ${cycles} cycles of a circuit with state are needed`,
    );
  }
  const options = `-seq ${cycles + 1} -prove-skip 1 ${atFirst}`;
  const verdict = await solve(property, sourcesOf(property), { method: "bounded", options });
  const broken = property.claim === "reachable" ? "proved" : "disproved";
  const bounded = { ...verdict, depth: cycles };
  if (verdict.verdict === broken || verdict.verdict === "unknown") return bounded;
  const { method, seconds } = verdict;
  const reason = `nothing within ${cycles} cycles of a reset; later ones were not looked at`;
  return { method, depth: cycles, seconds, verdict: "unknown", reason };
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
  const started = performance.now();
  const script = [
    `read_verilog -formal ${Object.keys(sources).join(" ")}`,
    ...prepare,
    ...cases.map((constants) => solver(options, constants)),
  ];
  const { printed } = await yosys(sources, script.join("; "));
  const tried = {
    method,
    depth: method === "k-induction" ? deepest(printed) : 0,
    seconds: (performance.now() - started) / 1000,
  };
  const [holds, fails] =
    claim === "reachable" ? (["disproved", "proved"] as const) : (["proved", "disproved"] as const);
  const proofs = [...printed.matchAll(method === "k-induction" ? induced : satisfied)].length;
  if (proofs === cases.length) return { ...tried, verdict: holds };
  if (refuted.test(printed)) {
    // The cycle of reset is left out.
    return { ...tried, verdict: fails, trace: parseTrace(printed, clocked ? 2 : undefined) };
  }
  return { ...tried, verdict: "unknown", reason: reason(printed) };
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

function reason(printed: string): string {
  if (/^Interrupted SAT solver: TIMEOUT!/m.test(printed)) {
    return `the solver took more than ${timeoutSeconds} s`;
  }
  if (/^Reached maximum number of time steps/m.test(printed)) {
    return `no induction of up to ${mostDepth} cycles closes, and no counter-example starts from reset`;
  }
  return (
    printed.split("\n").find((line) => /ERROR:|^yosys ended/.test(line)) ?? "yosys gave no verdict"
  );
}
