import { type Bundle, type ir, type Module, type Mutant, mutants } from "@chisel-ts/core";
import { equivalence, type Property, prove, type Verdict } from "../../formal/index.ts";
import { type Column, type Columns, engines } from "../../sim/index.ts";
import type { Reference } from "../model/index.ts";
import { pause } from "../pause.ts";
import { checkReference } from "./check-reference.ts";
import { firstDifference } from "./first-difference.ts";
import { type Stimulus, stimuli } from "./stimulus.ts";

/** What became of one mutant. */
export interface MutantOutcome {
  readonly what: string;
  /** `killed`: an output differed from the model's, or an assertion failed. `equivalent`: proved to be the same circuit. */
  readonly outcome: "killed" | "equivalent" | "survived";
  /** Cycles of stimulus until it was killed. */
  readonly cycles?: number;
  /** What the proof said of a survivor. */
  readonly reason?: string;
}

export interface Expectation extends Stimulus {
  readonly response: Columns;
  /** Whether it begins with a reset. */
  readonly first: boolean;
}

/** A short piece first: it kills most, and the rest need not be run. */
function pieces({ columns, cycles }: Stimulus, response: Columns): Expectation[] {
  const cut = (all: Columns, from: number, to: number): Columns =>
    Object.fromEntries(
      Object.entries(all).map(([name, column]) => [name, column.slice(from, to) as Column]),
    );
  return [0, 256, 4096].flatMap((from, index, starts) => {
    const to = Math.min(starts[index + 1] ?? cycles, cycles);
    if (to <= from) return [];
    const piece = { columns: cut(columns, from, to), response: cut(response, from, to) };
    return [{ ...piece, cycles: to - from, first: from === 0 }];
  });
}

/** The seed that `verify` takes when none is given. */
const seed = 1;

export interface MutateOptions {
  /** What the right circuit does. */
  readonly reference: Reference;
  /** Proved properties of the right circuit: a mutant that has them all counts as equivalent. */
  readonly properties?: readonly Property[];
  readonly onOutcome?: (done: number, total: number) => void;
}

/**
 * Measures the default stimulus of `verify`: each mutant of a circuit is run beside the model, and one that
 * is never distinguished is compared with the right circuit by the prover.
 *
 * @example
 * const both = module({ name: "both", ports: { a: input(bool()), b: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.a.and(io.b)));
 * const outcomes = await mutate(both, { reference: ({ a, b }) => ({ y: a.map((bit, i) => bit & b[i]) }) });
 * console.log(outcomes.every(({ outcome }) => outcome !== "survived")); // true
 */
export async function mutate<P extends Bundle>(
  module: Module<P>,
  options: MutateOptions,
): Promise<MutantOutcome[]> {
  checkReference("mutate", options);
  const { reference, properties = [], onOutcome = () => {} } = options;
  const all = [...mutants(module)];
  let done = 0;
  return outcomesOf(
    all,
    { module, expectations: expectationsOf(module, reference), properties },
    () => {
      done += 1;
      onOutcome(done, all.length);
    },
  );
}

/** What mutants are judged by. */
export interface Trial {
  readonly module: Module;
  readonly expectations: readonly Expectation[];
  readonly properties: readonly Property[];
}

/** The default stimulus of `verify`, with what the model answers. */
export const expectationsOf = (module: Module, reference: Reference): Expectation[] =>
  [...stimuli(module, seed)].flatMap((stimulus) =>
    pieces(stimulus, reference(stimulus.columns, stimulus.cycles)),
  );

/** What became of some mutants of a module, in their order. */
export async function outcomesOf(
  some: readonly Mutant[],
  { module, expectations, properties }: Trial,
  onOutcome: () => void = () => {},
): Promise<MutantOutcome[]> {
  const outcomeOf = async (mutant: Mutant): Promise<MutantOutcome> => {
    const cycles = killedAfter(mutant, expectations);
    const outcome: MutantOutcome =
      cycles === undefined
        ? await judged(module, mutant, properties)
        : { what: mutant.what, outcome: "killed", cycles };
    onOutcome();
    return outcome;
  };
  const outcomes: Promise<MutantOutcome>[] = [];
  for (const mutant of some) {
    outcomes.push(outcomeOf(mutant));
    // The prover's threads are handed their work between two simulations.
    await pause();
  }
  return Promise.all(outcomes);
}

/** Cycles until an output differs, or the end of the piece in which an assertion fails. */
function killedAfter(mutant: Mutant, expectations: readonly Expectation[]): number | undefined {
  const simulation = engines.wasm.open(mutant.module, { checks: "collect", display: () => {} });
  try {
    let before = 0;
    for (const { columns, cycles, response, first: fromReset } of expectations) {
      if (fromReset) simulation.reset();
      const found = simulation.batch(columns, cycles);
      const first = firstDifference(found, response);
      if (first >= 0) return before + first + 1;
      before += cycles;
      if (simulation.checks().some(({ kind, count }) => kind === "assert" && count > 0))
        return before;
    }
    return undefined;
  } finally {
    simulation.close();
  }
}

/**
 * Whether a mutant that no vector distinguished is the right circuit all the same: its module is that module,
 * or the whole is, or the whole has every property of the right one. The first may show more than the
 * whole can, and the second asks for equal states that the right circuit never has.
 */
async function judged(
  top: ir.ModuleIr,
  { original, wrong, what, module }: Mutant,
  properties: readonly Property[],
): Promise<MutantOutcome> {
  const inside = await comparedInside(original, wrong, what);
  if (inside.verdict === "proved") return { what, outcome: "equivalent" };
  const whole = original === top ? inside : await prove(equivalence(asModule(top), module));
  if (whole.verdict === "proved") return { what, outcome: "equivalent" };
  const ofMutant = properties.map((property) => ({
    ...property,
    subject: module,
  }));
  const verdicts = await Promise.all(ofMutant.map((property) => prove(property)));
  if (verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === "proved")) {
    return { what, outcome: "equivalent" };
  }
  const reason = whole.verdict === "unknown" ? whole.reason : "the prover tells them apart";
  return { what, outcome: "survived", reason };
}

/** Verdicts on the mutants of a module by their texts: one module is part of many circuits. */
const known = new WeakMap<ir.ModuleIr, Map<string, Promise<Verdict>>>();

function comparedInside(right: ir.ModuleIr, wrong: ir.ModuleIr, what: string): Promise<Verdict> {
  const verdicts = known.get(right) ?? new Map<string, Promise<Verdict>>();
  known.set(right, verdicts);
  const verdict = verdicts.get(what) ?? prove(equivalence(asModule(right), asModule(wrong)));
  verdicts.set(what, verdict);
  return verdict;
}

const asModule = (module: ir.ModuleIr): Module => ({ ports: {}, ...module });
