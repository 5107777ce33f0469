/** Whether no other point is at least as good in every figure and better in one; less is better. */
export function paretoFront<T>(
  points: readonly T[],
  figures: readonly ((point: T) => number)[],
): boolean[] {
  const values = points.map((point) => figures.map((figure) => figure(point)));
  return values.map(
    (mine) =>
      !values.some(
        (other) =>
          other.every((value, at) => value <= (mine[at] ?? Number.NaN)) &&
          other.some((value, at) => value < (mine[at] ?? Number.NaN)),
      ),
  );
}
