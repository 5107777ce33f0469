/** The matrix-vector engine run on a simulator beside its models (docs/engine.md). */
export { EngineError } from "./error.ts";
export { type EngineMatrix, type EngineRun, PreparedMatrix, REGISTER_CYCLES } from "./prepare.ts";
