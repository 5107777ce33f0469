// What a batch returns: columns, and which of their bits are unknown.

import type { Column, Columns } from "./column.ts";

/** Columns, and for every signal with unknown bits a column of which they are, in each cycle. */
export interface Observation {
  readonly columns: Columns;
  /** Bit patterns, as of an unsigned port of the signal's width. */
  readonly unknown: Readonly<Record<string, Column>>;
}
