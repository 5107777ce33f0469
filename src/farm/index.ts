export { codeOf, languageCode } from "./code.ts";
export { type Farm, FarmError, maxDeaths } from "./farm.ts";
export {
  digest,
  type Files,
  type Kind,
  type Kinds,
  type Outcome,
  type Piece,
  pieceOf,
  versionOf,
  work,
} from "./kind.ts";
export {
  type Answer,
  longestFirst,
  type PerformOptions,
  perform,
  WorkCancelled,
  WorkError,
} from "./perform.ts";
export { serveThread } from "./serve-thread.ts";
export { keep, kept } from "./store.ts";
export { threads } from "./threads.ts";
