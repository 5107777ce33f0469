/** A simulation that was asked for something it cannot do. One line: what, where, what would be right. */
export class SimulationError extends Error {
  override readonly name: string = "SimulationError";
}

/** An engine whose program is not installed; the message says what to install. */
export class EngineUnavailableError extends SimulationError {
  override readonly name = "EngineUnavailableError";
}
