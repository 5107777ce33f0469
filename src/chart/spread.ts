/**
 * Places as near to the wanted ones as a gap between neighbours allows, all of them between two bounds, in the order
 * of the wanted ones. Where there is no room for the gap, the bounds give way.
 *
 * @example
 * spread([10, 11, 50], 12, 0, 100) // [10, 22, 50]
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): readonly number[] {
  const order = wanted
    .map((_, index) => index)
    .sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed: number[] = [];
  for (const index of order)
    placed.push(Math.max(wanted[index] as number, low, (placed.at(-1) ?? -Infinity) + gap));
  let limit = high;
  for (let at = placed.length - 1; at >= 0; at--) {
    placed[at] = Math.min(placed[at] as number, limit);
    limit = (placed[at] ?? high) - gap;
  }
  const answer = new Array<number>(wanted.length);
  for (const [at, index] of order.entries()) answer[index] = placed[at] ?? low;
  return answer;
}
