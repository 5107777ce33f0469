/** What must not compile does not: `tsc` reports an expected error that is none. Nothing here is run. */
import {
  type Bool,
  concat,
  literal,
  mux,
  type SInt,
  sint,
  type UInt,
  uint,
} from "../../src/index.ts";

export function kindsDoNotMix(u: UInt, s: SInt, b: Bool): void {
  const sum: UInt = u.add(u).addWrap(3).truncate(4);
  const difference: SInt = u.sub(1);
  const comparison: Bool = s.lt(-4n);
  // @ts-expect-error an SInt does not go with a UInt
  u.add(s);
  // @ts-expect-error nor a Bool
  u.and(b);
  // @ts-expect-error a Bool is no number
  b.add(1);
  // @ts-expect-error the difference of two UInts is signed
  const wrong: UInt = u.sub(u);
  // @ts-expect-error an SInt has no andReduce
  s.andReduce();
  // @ts-expect-error a distance is a number or a UInt, each with its own name
  u.shiftLeft(u);
  // @ts-expect-error a distance is unsigned
  u.shiftLeftBy(s);
  // @ts-expect-error a signal is no condition of TypeScript's own operators
  const both: Bool = b && comparison && 1;
  // @ts-expect-error parts are signals
  concat(u, 3);
  concat(u, s, b, sum, difference, wrong, both);
}

export function choicesHaveOneType(u: UInt, s: SInt, b: Bool): void {
  const chosen: UInt = mux(b, u, u.not());
  // @ts-expect-error a condition is a Bool
  mux(u, u, u);
  // @ts-expect-error both branches are of one type
  mux(b, u, s);
  // @ts-expect-error a number has no width of its own
  mux(b, u, 3);
  mux(b, chosen, u);
}

export function literalsHaveTheirType(): void {
  const eight: UInt = literal(uint(8), 255);
  // @ts-expect-error a literal of an sint is an SInt
  const wrong: UInt = literal(sint(8), -1);
  // @ts-expect-error a width is a number
  uint("8");
  // @ts-expect-error signals come from functions, not from values of their form
  const made: UInt = { width: 8 };
  concat(eight, wrong, made);
}
