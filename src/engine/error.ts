/** The engine and its models disagree, or a job cannot end: one line that says where. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}
