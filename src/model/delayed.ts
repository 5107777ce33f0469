/** The column `stages` cycles later; registers start at zero, so an empty stage is disabled. */
export function delayed(column: Float64Array, stages: number): Float64Array {
  return column.map((_, cycle) => (cycle < stages ? 0 : (column[cycle - stages] as number)));
}
