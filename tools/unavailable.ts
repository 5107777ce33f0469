/** A program is missing or too old; the message says what to install. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";
}
