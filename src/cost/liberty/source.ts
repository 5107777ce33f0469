import { CostError } from "../error.ts";

/** The text of a Liberty file, which errors point into. */
export class LibertySource {
  /** The cell that is being parsed. */
  cell: string | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  lineOf(offset: number): number {
    let line = 1;
    for (let at = this.text.indexOf("\n"); at >= 0 && at < offset; line += 1) {
      at = this.text.indexOf("\n", at + 1);
    }
    return line;
  }

  /** Stops at an offset of the text: file, line, cell, what is there, and what would be right. */
  fail(offset: number, problem: string, cell = this.cell): never {
    const place = cell === undefined ? "" : `cell ${cell}: `;
    throw new CostError(`${this.file}:${this.lineOf(offset)}: ${place}${problem}`);
  }
}
