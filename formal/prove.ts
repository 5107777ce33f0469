import { CircuitError, modulesBelow } from "@chisel-ts/core";
import { type Sources, yosys } from "../tools/yosys.ts";
import type { Method, Property, Verdict } from "./property.ts";
import { partsOf, scriptOf, timeoutSeconds } from "./script.ts";
import { tooLarge } from "./size.ts";
import { sourcesOf } from "./sources.ts";
import { parseTrace } from "./trace.ts";
import { emptiness, misread } from "./vacuity.ts";

/** Cycles that the induction step assumes at most. */
const mostDepth = 12;

/** Cycles of a run that has to be possible under the assumptions: one of reset, and the last is none. */
const runLength = 8;

/** Cycles within which something reachable is to be reached. */
const mostCycles = 24;

export { sourcesOf };

/**
 * Proves or disproves a property of the emitted Verilog with yosys' SAT solver: directly where there is no
 * state, by k-induction from a cycle of reset otherwise, and by a run of the shortest length where something
 * is claimed to be reachable. A property that says nothing is `vacuous`, not proved.
 */
export async function prove(property: Property): Promise<Verdict> {
  return withSources(property, (sources) => proveSources(property, sources));
}

/** Proves a property of any Verilog that has the modules which its checker instantiates. */
export async function proveSources(property: Property, sources: Sources): Promise<Verdict> {
  const { clocked, claim, modules } = property;
  const size = tooLarge(modules);
  if (size !== undefined) return refused(property, size);
  if (!clocked) return solve(property, sources, { method: "sat", options: "" });
  if (claim !== "reachable") return solve(property, sources, inductive);
  const found = await solve(property, sources, bounded(mostCycles));
  if (found.verdict !== "unknown") return found;
  // What no run of some length reaches may be shown to be reached by none.
  const never = await solve(property, sources, inductive);
  return never.verdict === "unreachable" ? never : found;
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
  const size = tooLarge(property.modules);
  if (size !== undefined) return refused(property, size);
  return withSources(property, (sources) => solve(property, sources, bounded(cycles)));
}

/** @returns `unknown` where the modules of the property cannot be read together. */
function withSources(
  property: Property,
  solved: (sources: Sources) => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return solved(sourcesOf(property));
  } catch (error) {
    if (!(error instanceof CircuitError)) throw error;
    return Promise.resolve(refused(property, error.message));
  }
}

const refused = ({ clocked }: Property, reason: string): Verdict => ({
  ...{ method: clocked ? "k-induction" : "sat", depth: 0, seconds: 0 },
  ...{ verdict: "unknown", reason },
});

interface Strategy {
  readonly method: Method;
  readonly options: string;
}

const fromReset = "-seq 1 -set-at 1 reset 1";
const inductive: Strategy = {
  method: "k-induction",
  options: `-tempinduct ${fromReset} -maxsteps ${mostDepth}`,
};
const bounded = (cycles: number): Strategy => ({
  method: "bounded",
  options: `-tempinduct-baseonly ${fromReset} -maxsteps ${cycles}`,
});

async function solve(
  property: Property,
  sources: Sources,
  { method, options }: Strategy,
): Promise<Verdict> {
  const { clocked, cases = [{}], claim } = property;
  const script = scriptOf({
    sources,
    clocked,
    subject: subjectOf(property),
    proofs: cases.map((constants) => solver(`-verify -prove-asserts ${options}`, constants)),
    assumptions: assumptionSearch(property, sources),
    cut: cutProof(property, method, options),
  });
  const { printed, seconds } = await yosys(sources, script);
  const parts = partsOf(printed);
  const proof = parts.proof ?? "";
  const tried = { method, depth: deepest(proof), seconds };
  const empty = emptiness(property, parts);
  if (empty !== undefined) return { ...tried, verdict: "vacuous", reason: empty };
  const doubt = misread(parts);
  if (doubt !== undefined) return { ...tried, verdict: "unknown", reason: doubt };
  const proofs = [...proof.matchAll(method === "sat" ? satisfied : induced)].length;
  if (proofs === cases.length) {
    return { ...tried, verdict: claim === "reachable" ? "unreachable" : "proved" };
  }
  if (refuted.test(proof)) {
    // The cycle of reset is left out.
    const trace = parseTrace(proof, clocked ? 2 : undefined);
    return { ...tried, verdict: claim === "reachable" ? "proved" : "disproved", trace };
  }
  return { ...tried, verdict: "unknown", reason: reason(printed, tried.depth) };
}

const satisfied = /SAT proof finished - no model found: SUCCESS!/g;
const induced = /Induction step proven: SUCCESS!/g;
const refuted = /SAT proof finished - model found: FAIL!|model found for base case: FAIL!/;

function solver(
  options: string,
  constants: Readonly<Record<string, bigint>> = {},
  timeout = timeoutSeconds,
): string {
  const sets = Object.entries(constants).map(([name, bits]) => `-set ${name} ${bits}`);
  return ["sat -set-assumes -show-inputs", `-timeout ${timeout}`, options, ...sets].join(" ");
}

/** The module that a property is about, as its Verilog calls it. */
function subjectOf({ modules, prefixes = [] }: Property): string | undefined {
  const last = modules.length - 1;
  const module = modules[last];
  return module && `${prefixes[last] ?? ""}${module.name}`;
}

/** A run that leaves reset and goes on under the assumptions, where there are any. */
function assumptionSearch({ clocked, cases }: Property, sources: Sources): string | undefined {
  const assumes = Object.values(sources).some((text) => /\bassume\b/.test(text));
  if (!assumes) return undefined;
  return clocked
    ? solver(`-seq ${runLength} -set-at 1 reset 1 -set-at ${runLength} reset 0`, cases?.[0])
    : solver("", cases?.[0]);
}

/** Seconds for what is found at once where a property is about its subject. */
const cutSeconds = 10;

/** A proof that has to fail; assertions inside the subject are about it, and need none. */
function cutProof(
  { modules, claim, cases }: Property,
  method: Method,
  options: string,
): string | undefined {
  const subject = modules.at(-1);
  if (!subject || claim === "reachable" || method === "bounded") return undefined;
  const own = modulesBelow(subject).some(({ checks }) =>
    checks.some(({ kind }) => kind !== "cover"),
  );
  return own ? undefined : solver(`-prove-asserts ${options}`, cases?.[0], cutSeconds);
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
