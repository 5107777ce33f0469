/** A network that the accelerator cannot run, or an input it has no use for: one line. */
export class InferenceError extends Error {
  override readonly name = "InferenceError";
}
