/**
 * Whether no other point is at least as good in every figure and better in one; less is better.
 *
 * @example
 * const points = [{ area: 1, delay: 3 }, { area: 2, delay: 2 }, { area: 3, delay: 3 }];
 * console.log(paretoFront(points, [({ area }) => area, ({ delay }) => delay]).join()); // true,true,false
 */
export function paretoFront<T>(
  points: readonly T[],
  figures: readonly ((point: T) => number)[],
): boolean[] {
  const values = points.map((point) => figures.map((figure) => figure(point)));
  // What dominates a point stands before it here, and is on the front or dominated by one that is.
  const sorted = [...values.entries()].sort(([, one], [, other]) => compared(one, other));
  const onFront = values.map(() => false);
  const front: (readonly number[])[] = [];
  for (const [index, value] of sorted) {
    if (front.some((other) => dominates(other, value))) continue;
    front.push(value);
    onFront[index] = true;
  }
  return onFront;
}

/** By the first figure that differs. */
function compared(one: readonly number[], other: readonly number[]): number {
  for (const [at, value] of one.entries()) {
    const difference = value - (other[at] ?? Number.NaN);
    if (difference !== 0) return difference;
  }
  return 0;
}

const dominates = (one: readonly number[], other: readonly number[]): boolean =>
  one.every((value, at) => value <= (other[at] ?? Number.NaN)) &&
  one.some((value, at) => value < (other[at] ?? Number.NaN));
