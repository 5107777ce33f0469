/** A checkpoint that cannot be read or written: one line with the file, the place, and what would be right. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
  }
}
