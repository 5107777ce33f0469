// One printed line of a `display`.

/** A line of a `display`. */
export interface DisplayLine {
  readonly text: string;
  /** Counted from 0, the first cycle after the last reset. */
  readonly cycle: number;
  /** The instances on the way down, joined with dots; empty in the top module. */
  readonly instance: string;
  /** The TypeScript line of the display, as `hdl/mac.ts:42`. */
  readonly location: string;
}
