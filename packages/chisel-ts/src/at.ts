/** The item at an index that must exist. @throws RangeError when it does not */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`item ${index} of ${list.length} is missing`);
  return item;
}
