import { type Sources, yosys } from "../tools/yosys.ts";
import type { Method, Property, Verdict } from "./property.ts";
import { type Question, questionOf } from "./question.ts";
import { partsOf, scriptOf, timeoutSeconds } from "./script.ts";
import { sourcesOf } from "./sources.ts";
import { parseTrace } from "./trace.ts";
import { emptiness, misread } from "./vacuity.ts";

/** Cycles that the induction step assumes at most. */
const maxDepth = 12;

/** Cycles of a run that has to be possible under the assumptions: one of reset, and the last is none. */
const runLength = 8;

/** Cycles within which what is to be covered is reached. */
const maxCycles = 24;

export { sourcesOf };

/**
 * Proves or disproves a property of the emitted Verilog with yosys' SAT solver: directly where there is no
 * state, by k-induction from a cycle of reset otherwise, and by a run of the shortest length where something
 * is to be covered. A property that says nothing is `vacuous`, not proved.
 *
 * @example
 * const digits = module({ name: "digits", ports: { count: output(uint(4)) } }, (io) => {
 *   const count = register("value", uint(4), { reset: 0 });
 *   count.set(mux(count.eq(9), literal(uint(4), 0), count.addWrap(1)));
 *   assert(count.le(9), "is_a_digit");
 *   io.count.set(count);
 * });
 * for (const property of checkProperties(digits)) console.log((await prove(property)).verdict); // proved
 */
export const prove = async (property: Property): Promise<Verdict> => answer(questionOf(property));

/** Proves a property of any Verilog that has the modules which its checker instantiates. */
export const proveSources = (property: Property, sources: Sources): Promise<Verdict> =>
  answer({ ...questionOf(property), sources });

/** The verdict on a question: of it alone, whichever machine is asked. */
export async function answer(question: Question): Promise<Verdict> {
  const { clocked, kind, refusal } = question;
  if (refusal !== undefined) return refused(question, refusal);
  if (!clocked) return solve(question, { method: "sat", options: "" });
  if (kind !== "cover") return solve(question, inductive);
  const found = await solve(question, bounded(maxCycles));
  if (found.verdict !== "unknown") return found;
  // What no run of some length reaches may be shown to be reached by none.
  const never = await solve(question, inductive);
  return never.verdict === "unreachable" ? never : found;
}

/**
 * Looks for a run of at most `cycles` cycles after a reset that breaks a property with state, or reaches
 * what it is to cover. Finding none proves nothing of later cycles: `unknown`.
 *
 * @throws RangeError for a property without state, or a number of cycles that is not whole and positive.
 *
 * @example
 * const counter = module({ name: "counter", ports: { count: output(uint(4)) } }, (io) => {
 *   const count = register("value", uint(4), { reset: 0 });
 *   count.set(count.addWrap(1));
 *   assert(count.ne(3), "is_never_three");
 *   io.count.set(count);
 * });
 * const [property] = checkProperties(counter);
 * console.log((await searchWithin(property, 8)).verdict); // disproved
 */
export async function searchWithin(property: Property, cycles: number): Promise<Verdict> {
  const question = questionOf(property);
  if (!property.clocked || !Number.isInteger(cycles) || cycles < 1) {
    throw new RangeError(
      `${property.circuit}: ${cycles} cycles of a circuit with state are needed`,
    );
  }
  return question.refusal === undefined
    ? solve(question, bounded(cycles))
    : refused(question, question.refusal);
}

const refused = ({ clocked }: Question, reason: string): Verdict => ({
  method: clocked ? "k-induction" : "sat",
  depth: 0,
  seconds: 0,
  verdict: "unknown",
  reason,
});

interface Strategy {
  readonly method: Method;
  readonly options: string;
}

const fromReset = "-seq 1 -set-at 1 reset 1";
const inductive: Strategy = {
  method: "k-induction",
  options: `-tempinduct ${fromReset} -maxsteps ${maxDepth}`,
};
const bounded = (cycles: number): Strategy => ({
  method: "bounded",
  options: `-tempinduct-baseonly ${fromReset} -maxsteps ${cycles}`,
});

async function solve(question: Question, { method, options }: Strategy): Promise<Verdict> {
  const { clocked, cases, kind, sources, subject, opaque } = question;
  const script = scriptOf({
    sources,
    clocked,
    subject: subject?.verilogName,
    ...(opaque && { opaque }),
    proofs: cases.map((constants) => solver(`-verify -prove-asserts ${options}`, constants)),
    assumptions: assumptionSearch(question),
    cut: cutProof(question, method, options),
  });
  const { printed, seconds } = await yosys(sources, script);
  const parts = partsOf(printed);
  const proof = parts.proof ?? "";
  const tried = { method, depth: deepest(proof), seconds };
  const empty = emptiness(question, parts);
  if (empty !== undefined) return { ...tried, verdict: "vacuous", reason: empty };
  const doubt = misread(parts);
  if (doubt !== undefined) return { ...tried, verdict: "unknown", reason: doubt };
  const proofs = [...proof.matchAll(method === "sat" ? satisfied : induced)].length;
  if (proofs === cases.length) {
    return { ...tried, verdict: kind === "cover" ? "unreachable" : "proved" };
  }
  if (refuted.test(proof)) {
    // The cycle of reset is left out.
    const trace = parseTrace(proof, clocked ? 2 : undefined);
    return { ...tried, verdict: kind === "cover" ? "proved" : "disproved", trace };
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

/** A run that leaves reset and goes on under the assumptions, where there are any. */
function assumptionSearch({ clocked, cases, sources }: Question): string | undefined {
  const assumes = Object.values(sources).some((text) => /\bassume\b/.test(text));
  if (!assumes) return undefined;
  return clocked
    ? solver(`-seq ${runLength} -set-at 1 reset 1 -set-at ${runLength} reset 0`, cases[0])
    : solver("", cases[0]);
}

/** Seconds for what is found at once where a property is about its subject. */
const cutSeconds = 10;

/** A proof that has to fail; assertions inside the subject are about it, and need none. */
function cutProof(
  { subject, kind, cases }: Question,
  method: Method,
  options: string,
): string | undefined {
  if (subject?.states !== "nothing" || kind === "cover" || method === "bounded") {
    return undefined;
  }
  return solver(`-prove-asserts ${options}`, cases[0], cutSeconds);
}

const deepest = (printed: string): number =>
  [...printed.matchAll(/Trying induction with length (\d+)/g)].reduce(
    (maximum, [, length]) => Math.max(maximum, Number(length)),
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
