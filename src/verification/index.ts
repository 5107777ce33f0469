/** Circuits beside their models: random and exhaustive vectors, mutants, replayed counter-examples (docs/verification.md). */

export type { Reference } from "../model/index.ts";
export { referenceOf } from "./model-of.ts";
export { type MutantOutcome, type MutateOptions, mutate } from "./mutation.ts";
export { type Replay, replay } from "./replay.ts";
export { exhaustiveStimulus, RandomStimulus, type Stimulus, stimuli } from "./stimulus.ts";
export { type Verdict, type VerifyOptions, verify } from "./verify.ts";
