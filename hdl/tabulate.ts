import { type UInt, Vec } from "@chisel-ts/core";

/** The vector of what `each` makes of 0, 1, … `count` − 1. */
export const tabulate = <V>(count: number, each: (index: number) => V): Vec<V> =>
  new Vec(Array.from({ length: count }, (_, index) => each(index)));

/** A word cut into `count` elements of equal width, the least significant first. */
export const slices = (word: UInt, count: number): Vec<UInt> => {
  const width = word.width / count;
  return tabulate(count, (index) => word.bits(width * index + width - 1, width * index));
};
