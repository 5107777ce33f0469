import { CostError } from "../error.ts";

/** The text of a Liberty file, which errors point into. */
export class LibertySource {
  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** Stops at an offset of the text: file, line, what is there, and what would be right. */
  fail(offset: number, problem: string): never {
    let line = 1;
    for (let at = this.text.indexOf("\n"); at >= 0 && at < offset; line += 1) {
      at = this.text.indexOf("\n", at + 1);
    }
    throw new CostError(`${this.file}:${line}: ${problem}`);
  }
}
