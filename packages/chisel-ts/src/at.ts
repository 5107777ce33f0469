/**
 * The item at an index, or of a key, that must exist. @throws RangeError when it does not
 *
 * @example
 * console.log(at([10, 20, 30], 2)); // 30
 */
export function at<T>(list: ArrayLike<T>, index: number): T;
export function at<K, V>(map: ReadonlyMap<K, V>, key: K): V;
export function at<K, V>(items: ArrayLike<V> | ReadonlyMap<K, V>, key: K & number): V {
  const item = items instanceof Map ? items.get(key) : (items as ArrayLike<V>)[key];
  if (item !== undefined) return item;
  const size = items instanceof Map ? items.size : (items as ArrayLike<V>).length;
  throw new RangeError(`item ${String(key)} of ${size} is missing`);
}
