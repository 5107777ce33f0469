import { ChiselError } from "@chisel-ts/core/error";
import type { Files, Outcome, Piece } from "./kind.ts";

/**
 * Somewhere that does pieces of work. Whatever it is, each piece has one outcome, and a piece that is there already, of
 * this submitter or another, is joined and not done again.
 */
export interface Farm {
  /**
   * Gives it a piece, and the files that the piece reads. Pieces are begun in the order in which they come.
   *
   * @throws FarmError when the farm cannot take it.
   */
  submit(piece: Piece, files: Files): Promise<void>;
  /**
   * What became of a piece that was submitted here. A piece whose worker dies is done again by another, and poisoned
   * when `maxDeaths` workers died on it.
   */
  result(id: string): Promise<Outcome>;
  /** Takes back what is submitted and not done: its outcome is `cancelled`. Another submitter of the same piece keeps it. */
  cancel(): Promise<void>;
  /** How many pieces it does at once, now. */
  capacity(): Promise<number>;
  /** Ends what was begun for it: threads, processes, connections. */
  close(): Promise<void>;
}

/** Workers that may die on one piece before it is given up. */
export const maxDeaths = 3;

/** A farm cannot be reached or used; the message says which and why. */
export class FarmError extends ChiselError {
  override readonly name = "FarmError";
}
