/** Verilator or clang refused a design, or could not finish. The message is one line; `log` is all that it printed. */
export class VerilatorError extends Error {
  override readonly name = "VerilatorError";
  readonly log: string;

  constructor(message: string, log = "", options?: ErrorOptions) {
    super(message, options);
    this.log = log;
  }
}
