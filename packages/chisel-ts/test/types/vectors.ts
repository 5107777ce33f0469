import {
  type Bool,
  bool,
  mux,
  oneHotMux,
  queue,
  register,
  type SInt,
  sint,
  type Target,
  type UInt,
  uint,
  type Vec,
  vec,
  wire,
} from "../../src/index.ts";

export function vectorsKnowTheirElements(a: Vec<UInt>, b: Vec<SInt>, flag: Bool): void {
  const products: Vec<UInt> = a.zip(a).map(([x, y]) => x.mul(y));
  const sum: UInt = products.reduceTree((x, y) => x.addWrap(y));
  const element: UInt = a.at(sum);
  // @ts-expect-error elements of two kinds do not mix
  a.zip(b).map(([x, y]) => x.mul(y));
  // @ts-expect-error a tree makes of two elements one of them
  a.reduceTree((x) => x.lt(1));
  // @ts-expect-error an index is a number or a UInt
  a.at(flag);
  // @ts-expect-error an element is not replaced
  a[0] = element;
  // @ts-expect-error vectors of two kinds are no branches of one choice
  mux(flag, a, b);
  // @ts-expect-error selects are Bools
  oneHotMux(a, a);
  mux(flag, a, products);
}

export function recordsKnowTheirParts(flag: Bool): void {
  const taken = register("taken", { weight: uint(8), last: bool() }, { reset: 0 });
  const weight: Target<UInt> = taken.weight;
  weight.set(1);
  taken.last.set(true);
  // @ts-expect-error there is no such part
  taken.lst.set(true);
  // @ts-expect-error a part has its own type
  taken.last.set(weight);
  // @ts-expect-error a reset value has the form of the record
  register("other", { weight: uint(8) }, { reset: { wieght: 1 } });
  // @ts-expect-error an option that does not exist
  register("third", uint(8), { rset: 1 });
  // @ts-expect-error a number is no shape
  wire("fourth", { weight: 8 });
  const words = wire("words", vec(4, sint(3)));
  words.set([1, -1, 0, 2]);
  words.setAt(weight, -4);
  // @ts-expect-error a vector of SInts takes no Bools
  words.set([flag, flag, flag, flag]);
  // @ts-expect-error the place is a UInt
  words.setAt(flag, 1);
}

export function queuesKnowTheirWords(): void {
  const plain = queue({ type: { sum: sint(20), last: bool() }, depth: 2 });
  plain.ports.sink.bits.sum;
  // @ts-expect-error a word has no such part
  plain.ports.sink.bits.sun;
  // @ts-expect-error without control there is no level
  plain.ports.level.type;
  queue({ type: uint(8), depth: 2, control: true }).ports.level.type;
  // @ts-expect-error a queue has a depth
  queue({ type: uint(8) });
  // @ts-expect-error a parameter that does not exist
  queue({ type: uint(8), depth: 2, piped: true });
}
