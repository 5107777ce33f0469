import { type Module, sideBySide } from "@chisel-ts/core";
import fc from "fast-check";
import type { Engine } from "../../../sim/engine.ts";
import { engines } from "../../../sim/index.ts";
import { build } from "./build.ts";
import { eventPaths } from "./event-paths.ts";
import { type Case, cases } from "./recipe.ts";
import { replayed } from "./share.ts";
import { stimulusOf } from "./stimulus.ts";
import { cycles, difference, type Trace, trace } from "./trace.ts";

/** Shrinking ends after so many milliseconds with the smallest failure found. */
const limits = { interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };

/** Events that one change may make in Icarus, at about 1 µs each. */
const mostPaths = 1_000_000;

/** The circuits that an engine is given. */
const casesFor = (engine: Engine): fc.Arbitrary<Case> =>
  engine === engines.icarus
    ? cases.filter(({ recipe }) => eventPaths(build(recipe, "icarus")) <= mostPaths)
    : cases;

interface Prepared {
  readonly circuit: Module;
  readonly stimulus: ReturnType<typeof stimulusOf>;
  readonly wanted: Trace;
}

function prepare(engine: Engine, { recipe, seed }: Case): Prepared {
  const { icarus, verilator } = engines;
  const target = engine === icarus ? "icarus" : engine === verilator ? "verilator" : "any";
  const circuit = build(recipe, target);
  const stimulus = stimulusOf(circuit, seed, cycles);
  return { circuit, stimulus, wanted: trace(engines.interpreter, circuit, stimulus) };
}

/** Runs one circuit by itself. @throws Error when the engine differs from the interpreter. */
export function compareOne(engine: Engine, one: Case): void {
  const { circuit, stimulus, wanted } = prepare(engine, one);
  const found = difference(wanted, trace(engine, circuit, stimulus));
  if (found !== undefined) throw new Error(found);
}

/** Runs circuits side by side in one build. @returns what differs, in words, by the place of its circuit. */
function compareTogether(
  engine: Engine,
  list: readonly Case[],
  first: number,
): Map<number, string> {
  const prepared = list.map((one) => prepare(engine, one));
  const all = sideBySide(
    "block",
    Object.fromEntries(prepared.map(({ circuit }, i) => [`t${i}`, circuit])),
  );
  const stimulus = Object.fromEntries(
    prepared.flatMap((one, i) =>
      Object.entries(one.stimulus).map(([port, column]) => [`t${i}_${port}`, column]),
    ),
  );
  const found = trace(engine, all, stimulus);
  return new Map(
    prepared.flatMap(({ wanted }, i): [number, string][] => {
      const text = difference(wanted, found, `t${i}_`);
      return text === undefined ? [] : [[first + i, text]];
    }),
  );
}

/**
 * Compares `count` circuits of a seed with the interpreter: in one build, or one by one where a build
 * costs nothing. A circuit that fails is run by itself and shrunk.
 *
 * @throws Error with the smallest failing recipe and the command that replays it.
 */
export function compareBlock(engine: Engine, seed: number, count: number): void {
  const alone = fc.property(casesFor(engine), (one) => compareOne(engine, one));
  if (replayed || engine === engines.wasm) {
    fc.assert(alone, { ...limits, seed, numRuns: replayed ? 1 : count });
    return;
  }
  const [first] = failures(engine, fc.sample(casesFor(engine), { seed, numRuns: count }));
  if (!first) return;
  const [place, text] = first;
  fc.assert(alone, { ...limits, seed, numRuns: 1, path: String(place) });
  throw new Error(`circuit ${place} fails only beside the others: ${text}`);
}

/** The circuits of a seed that differ from the interpreter, by place, and how. */
export function failuresOf(engine: Engine, seed: number, count: number): [number, string][] {
  const list = fc.sample(casesFor(engine), { seed, numRuns: count });
  if (engine !== engines.wasm) return [...failures(engine, list)];
  return list.flatMap((one, place): [number, string][] => {
    try {
      compareOne(engine, one);
      return [];
    } catch (error) {
      return [[place, String(error)]];
    }
  });
}

/** What differs, by place, of circuits in one build; one that cannot be built or run is found by halving. */
function failures(engine: Engine, list: readonly Case[], first = 0): Map<number, string> {
  try {
    return compareTogether(engine, list, first);
  } catch (error) {
    if (list.length === 1) return new Map([[first, String(error)]]);
    const half = list.length >> 1;
    const lower = failures(engine, list.slice(0, half), first);
    if (lower.size > 0) return lower;
    const upper = failures(engine, list.slice(half), first + half);
    return upper.size > 0 ? upper : new Map([[first, String(error)]]);
  }
}
