/** Training of networks whose weights are for RF8 (docs/training.md). */
export { type Device, devices } from "./device.ts";
export {
  type Confined,
  type DistillationOptions,
  type Distilled,
  distill,
  distillationDefaults,
} from "./distill.ts";
export { type DistilledCodes, distillCodes } from "./distill-codes.ts";
export { TrainingError } from "./error.ts";
export { entropyRate, type Grammar, sentences, write as writeText } from "./grammar.ts";
export { architectures, type NetworkSize, sizeDefaults } from "./network.ts";
export { type TrainingOptions, trainingDefaults } from "./options.ts";
export type { TrainingRow } from "./state.ts";
export {
  configuredSubject,
  continuedSubject,
  newSubject,
  type Reading,
  type Subject,
} from "./subject.ts";
export { type TokenKind, tokenKinds } from "./text.ts";
export { type TrainingHooks, type TrainingResult, train } from "./train.ts";
